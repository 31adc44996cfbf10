class_name DemoMain
extends Node
## The demo game: title, dungeon, pause and end. Run it with: godot --path godot_bridge

const VIEW := Vector2i(320, 180)
const _ENDINGS: Dictionary[String, String] = {
	"done": "The key is home, and so are you.",
	"sided": "You left the key with somebody who needed it more.",
	"lied": "You said that it was not there. It was.",
	"kept": "You kept the key. It is heavier than it looks.",
	"failed": "You came back with empty hands, and said so.",
}

## Asked for content instead of the autoload.
var service: Node = null
var seed_number: int = 0
var story: DemoStory = null
var dungeon: DemoDungeon = null
var title: DemoTitle = null
var menu: DemoMenu = null
## How long the game was played.
var seconds: float = 0.0

var _art := DemoArt.new()
var _above := CanvasLayer.new()
var _sounds := DemoSounds.new()
var _hud: DemoHud = null
var _shakes: bool = true
var _ended: bool = false


func _ready() -> void:
	DemoControls.register()
	var window := get_window()
	window.title = "Undercroft, a demo of Playloom"
	window.content_scale_size = VIEW
	window.content_scale_mode = Window.CONTENT_SCALE_MODE_VIEWPORT
	window.content_scale_aspect = Window.CONTENT_SCALE_ASPECT_EXPAND
	window.content_scale_stretch = Window.CONTENT_SCALE_STRETCH_INTEGER
	if window.mode == Window.MODE_WINDOWED and not OS.has_feature("web"):
		window.size = VIEW * 4
		window.move_to_center()
	get_viewport().snap_2d_transforms_to_pixel = true
	RenderingServer.set_default_clear_color(Color("14101f"))
	process_mode = Node.PROCESS_MODE_ALWAYS
	_above.layer = 10
	add_child(_above)
	_art.service = service
	add_child(_art)
	add_child(_sounds)
	randomize()
	show_title(randi() % DemoTitle.SEED_HIGH)


func _process(delta: float) -> void:
	if dungeon == null or _ended:
		return
	if dungeon.can_process():
		seconds += delta
	dungeon.can_talk = story.can_talk()
	dungeon.seeks_key = story.waits_at_key


func _unhandled_input(event: InputEvent) -> void:
	if event.is_action_pressed(DemoControls.PAUSE) and dungeon != null and not _ended:
		if menu != null:
			_resume()
		elif dungeon.can_process():
			_pause()


## Shows the title; the pictures of the seed are drawn meanwhile.
func show_title(with_seed: int) -> void:
	_clear()
	seed_number = with_seed
	title = DemoTitle.new(_art, with_seed)
	title.begun.connect(begin)
	title.seed_chosen.connect(_choose)
	_above.add_child(title)
	_art.draw_for(with_seed)
	_tell_maker()


## Whether every picture of the title is drawn.
func title_is_drawn() -> bool:
	for kind: String in DemoArt.WANTED:
		if not _art.is_drawn(kind):
			return false
	return title != null


## Begins a game.
func begin(with_seed: int) -> void:
	_clear()
	if seed_number != with_seed:
		_choose(with_seed)
	seconds = 0.0
	_ended = false
	dungeon = DemoDungeon.new(_art, _sounds, seed_number, service)
	dungeon.process_mode = Node.PROCESS_MODE_PAUSABLE
	dungeon.shakes = _shakes
	story = DemoStory.new(seed_number, service)
	dungeon.talked.connect(story.talk)
	dungeon.key_reached.connect(story.reach_key)
	dungeon.carried_back.connect(_tell_fall)
	story.talk_began.connect(_hold.bind(true))
	story.talk_over.connect(_hold.bind(false))
	story.key_taken.connect(_take_key)
	story.ended.connect(_finish)
	_hud = DemoHud.new(dungeon, story)
	_hud.objective = "The mist parts..."
	story.word_said.connect(_sounds.play.bind("word"))
	story.told.connect(func(words: String) -> void: _hud.objective = words)
	add_child(dungeon)
	add_child(story)
	_above.add_child(_hud)


func _choose(with_seed: int) -> void:
	seed_number = with_seed
	_art.draw_for(with_seed)


## Says on the title who makes the game's content.
func _tell_maker() -> void:
	var maker: Node = service if service != null else get_node_or_null(^"/root/Playloom")
	title.tell("looking for a loom...")
	var shown := title
	var serves: bool = await maker.call(&"start")
	if title == shown and shown != null:
		shown.tell("woven live, by the server on this machine" if serves else "woven before, from the shipped pack")


func _hold(held: bool) -> void:
	_hud.talking = held
	dungeon.giver.tick(0.0, false, dungeon.hero)
	dungeon.process_mode = Node.PROCESS_MODE_DISABLED if held else Node.PROCESS_MODE_PAUSABLE


func _take_key() -> void:
	dungeon.take_key()
	_hud.say("The jellies want it back!")


func _tell_fall(lost: int) -> void:
	_hud.say("You wake by the fire. %d coins are gone." % lost, 4.0)


func _pause() -> void:
	get_tree().paused = true
	menu = DemoMenu.new("Paused")
	menu.say("Seed %d" % seed_number, DemoLook.DIM)
	menu.offer("Go on", _resume)
	var shake := menu.offer("", func() -> void: pass)
	var sound := menu.offer("", func() -> void: pass)
	var name_them := func() -> void:
		shake.text = "Screen shake: %s" % ("on" if _shakes else "off")
		sound.text = "Sound: %s" % ("on" if _sounds.on else "off")
	name_them.call()
	sound.pressed.connect(
		func() -> void:
			_sounds.on = not _sounds.on
			name_them.call()
	)
	shake.pressed.connect(
		func() -> void:
			_shakes = not _shakes
			dungeon.shakes = _shakes
			name_them.call()
	)
	menu.offer("Give up", func() -> void: show_title(seed_number))
	_above.add_child(menu)


func _resume() -> void:
	get_tree().paused = false
	menu.queue_free()
	menu = null


func _finish(ending: String) -> void:
	_ended = true
	_hold(true)
	var values := story.quest.graph.values
	var paid: int = values.get("reward_gold", 0)
	dungeon.add_coins(paid)
	menu = DemoMenu.new("You did it!" if ending == "done" else "The end")
	menu.say(story.quest.graph.title, DemoLook.DIM)
	menu.say(_ENDINGS.get(ending, "So it ended."))
	var feeling := {"trust": "%s trusts you.", "grudge": "%s will remember it."}
	if feeling.has(values.get("giver_relation")):
		menu.say((feeling[values["giver_relation"]] as String) % story.giver_name())
	var found := [dungeon.coins, dungeon.burst_jellies, int(seconds) / 60, int(seconds) % 60]
	menu.say("%d coins     %d jellies     %d:%02d" % found, DemoLook.GOLD)
	menu.say("Seed %d: your friends find the same" % seed_number, DemoLook.DIM)
	menu.offer("A new seed", func() -> void: begin(randi() % DemoTitle.SEED_HIGH))
	menu.offer("The same again", func() -> void: begin(seed_number))
	menu.offer("Title", func() -> void: show_title(seed_number))
	_above.add_child(menu)


func _clear() -> void:
	get_tree().paused = false
	for node: Node in [title, menu, _hud, dungeon, story]:
		if node != null:
			node.queue_free()
	title = null
	menu = null
	_hud = null
	dungeon = null
	story = null
