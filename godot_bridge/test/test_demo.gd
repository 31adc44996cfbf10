extends "res://test/case.gd"
## The demo, played from the title to the end by a bot that presses keys. Options: seed, choice and pace; port
## and token of a server, or pack: the folder that answers.

const Bot := preload("res://test/demo_bot.gd")
const MAIN := preload("res://demo/main.tscn")
const CLOCK := "/proc/thread-self/schedstat"  # its first number: nanoseconds of this thread on a processor
const SLOW := 25.0  # milliseconds

var _frames: PackedFloat32Array = []
var _computed: float = 0.0


func test_a_game_from_title_to_end() -> void:
	Engine.max_fps = 60
	var game: DemoMain = MAIN.instantiate()
	var server: Playloom = null
	if options.has("pack"):
		ProjectSettings.set_setting(PlayloomSettings.MODE, "pack_only")
		ProjectSettings.set_setting(PlayloomSettings.PACK, option("pack"))
		server = service()
		game.service = server
	else:
		server = service()
		expect(await server.attach(int(option("port")), option("token")), "no server let us in")
		game.service = server
	tree.root.add_child(game)
	game.show_title(int(option("seed")))
	await until(func() -> bool: return game.title_is_drawn(), 90.0, "the jellies of the title")
	_press(KEY_ENTER)  # the button has the focus
	await until(func() -> bool: return game.dungeon != null, 5.0, "the game begins by a key")
	var bot := Bot.new(tree, game)
	bot.choice_at_key = int(option("choice"))
	Engine.time_scale = float(option("pace"))
	_computed = _clock()
	tree.process_frame.connect(_note)
	expect(await bot.play(200.0), "the game did not end; the player is at %s" % game.dungeon.hero.position)
	tree.process_frame.disconnect(_note)
	Engine.time_scale = 1.0
	_expect_end(game)
	_report(game)
	_press(KEY_DOWN)
	game.queue_free()
	if server != null:
		server.queue_free()
	await tree.process_frame


func test_a_typed_seed_is_the_same_for_everybody() -> void:
	same(DemoTitle.number_of(" 42 "), 42, "a number")
	same(DemoTitle.number_of("Jelly"), DemoTitle.number_of("jelly "), "a word")
	expect(DemoTitle.number_of("jelly") != DemoTitle.number_of("jam"), "words differ")
	same(DemoTitle.number_of("-1000007"), 7, "a large number")


func _expect_end(game: DemoMain) -> void:
	var graph := game.story.quest.graph
	same(graph.ended, true, "ended")
	same(graph.ending, ["done", "sided"][int(option("choice"))], "ending")
	same(game.story.has_key, option("choice") == "0", "has_key")
	var away := Vector2(DemoGrid.cell_at(game.dungeon.key_place) - DemoGrid.cell_at(game.dungeon.giver.position))
	expect(away.length() > 12.0, "the key lies beside the start")


func _report(game: DemoMain) -> void:
	var sorted := _frames.duplicate()
	sorted.sort()
	var over := 0
	for frame in _frames:
		over += 1 if frame > SLOW else 0
	var told := [_frames.size(), sorted[_frames.size() / 2], sorted[-1], over, game.seconds, game.dungeon.coins]
	print("frames %d median %.2f ms worst %.2f ms over25 %d played %.0f s coins %d" % told)
	expect(over == 0, "%d frames computed for over %d ms" % [over, int(SLOW)])


func _note() -> void:
	var now := _clock()
	_frames.append(now - _computed)
	_computed = now


func _clock() -> float:
	return int(FileAccess.open(CLOCK, FileAccess.READ).get_line().get_slice(" ", 0)) / 1e6


func _press(key: Key) -> void:
	for pressed: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = key
		event.physical_keycode = key
		event.pressed = pressed
		Input.parse_input_event(event)
