extends RefCounted
## Plays the demo as a player does: it looks at the game and presses keys.

const STUCK := 2.0  # seconds at one place, until it steps aside

var tree: SceneTree
var game: DemoMain
## What the bot chooses on the spot of the key, counted from 0.
var choice_at_key: int = 0
## Called with the name of a moment worth a picture; may be awaited.
var on_moment: Callable = Callable()

var _place := Vector2.ZERO
var _since: float = 0.0
var _aside: float = 0.0
var _sidestep := Vector2.ZERO
var _shown: Dictionary[String, bool] = {}


func _init(the_tree: SceneTree, the_game: DemoMain) -> void:
	tree = the_tree
	game = the_game


## Plays until the game is over; returns whether it is before the seconds are.
func play(seconds: float) -> bool:
	var end := Time.get_ticks_msec() + seconds * 1000.0
	while Time.get_ticks_msec() < end:
		await tree.process_frame
		if game.menu != null:
			_let_go()
			await _moment("end")
			return true
		await _look()
	_let_go()
	return false


func _look() -> void:
	var box := game.story.quest.box if game.story != null else null
	if box != null and box.is_busy():
		_let_go()
		await _listen(box)
	elif game.dungeon != null and game.dungeon.hero.visible:
		await _walk(tree.root.get_process_delta_time())


func _listen(box: PlayloomDialogueBox) -> void:
	var graph := game.story.quest.graph
	if graph.choices().size() > 0 and box.find_child("Choices", true, false).get_child_count() > 0:
		await _moment("choice")
		_key(KEY_1 + _choice(graph))
	else:
		if _shown.has("dungeon"):
			await _moment("dialogue")
		_key(KEY_ENTER)
	await tree.process_frame


## Says yes to the giver, and at the key what it is told to choose.
func _choice(graph: PlayloomQuestGraph) -> int:
	if graph.values.get("quest") == "offered":
		for number in graph.choices().size():
			if graph.choices()[number].to == "accepted":
				return number
	return mini(choice_at_key, graph.choices().size() - 1)


func _walk(delta: float) -> void:
	var dungeon := game.dungeon
	var hero := dungeon.hero
	if dungeon.is_settled():
		await _moment("dungeon")
	var foe := dungeon.crowd.nearest(hero.position, 30.0)
	var target := dungeon.key_place if game.story.waits_at_key else dungeon.giver.position
	if dungeon.can_talk and dungeon.is_by_giver():
		_let_go()
		_tap(DemoControls.TALK)
		return
	var steer := Vector2.ZERO
	if foe != null:
		steer = hero.position.direction_to(foe.position)
		if hero.position.distance_to(foe.position) < 24.0:
			await _moment("fight")
			_tap(DemoControls.STRIKE)
	else:
		steer = _steer(dungeon, target)
	_since = 0.0 if hero.position.distance_to(_place) > 4.0 else _since + delta
	if _since == 0.0:
		_place = hero.position
	if _since > STUCK:
		_since = 0.0
		_aside = 0.4
		_sidestep = Vector2.from_angle(randf() * TAU)
	_aside -= delta
	_press(_sidestep if _aside > 0.0 else steer)


func _steer(dungeon: DemoDungeon, target: Vector2) -> Vector2:
	var from := DemoGrid.cell_at(dungeon.hero.position)
	var way := dungeon.grid.way(from, DemoGrid.cell_at(target))
	if way.size() < 2:
		return dungeon.hero.position.direction_to(target)
	var here := DemoGrid.middle(way[0])
	var next := DemoGrid.middle(way[1])
	var ahead := next - here
	var across := (here - dungeon.hero.position) * Vector2(absf(ahead.y), absf(ahead.x)).normalized()
	return (ahead.normalized() + across * 0.3).limit_length(1.0)


func _press(steer: Vector2) -> void:
	_hold(DemoControls.RIGHT, steer.x)
	_hold(DemoControls.LEFT, -steer.x)
	_hold(DemoControls.DOWN, steer.y)
	_hold(DemoControls.UP, -steer.y)


func _hold(action: StringName, strength: float) -> void:
	if strength > 0.1:
		Input.action_press(action, minf(1.0, strength))
	else:
		Input.action_release(action)


func _let_go() -> void:
	_press(Vector2.ZERO)


func _tap(action: StringName) -> void:
	Input.action_press(action)
	Input.action_release.call_deferred(action)


func _key(key: Key) -> void:
	for pressed: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = key
		event.physical_keycode = key
		event.pressed = pressed
		Input.parse_input_event(event)


func _moment(name: String) -> void:
	if not _shown.has(name):
		_shown[name] = true
		if on_moment.is_valid():
			await on_moment.call(name)
