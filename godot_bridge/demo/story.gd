class_name DemoStory
extends Node
## The quest: who gives it, where it goes on, what the player chose and how it ends.

## What the player is to do now, in words; empty while there is nothing.
signal told(objective: String)
## People talk: the game stands still.
signal talk_began
signal talk_over
## A word appears in the box.
signal word_said
## The key is the player's.
signal key_taken
## The story is over, by the name of its ending.
signal ended(ending: String)

const HOME := "fire"
const _WORLD := "res://demo/world.toml"
## Strategy and tone: those of Playloom's scripts that are about a thing lost and fit this world.
const _TALES: Array[Array] = [
	["recover_lost_item", "warm"],
	["obtain_rare_item", "noble"],
	["recover_lost_item", "sly"],
	["obtain_rare_item", "scholarly"]
]
const _GIVERS: PackedStringArray = ["pell", "wick", "bramble"]
const _KEY_DONE := "step_2_done"
const _AGAIN := 0.5  # seconds after talking, so that the same press does not begin it anew

var quest := PlayloomQuest.new()
## Whether the story waits for the player to be at the place of the key.
var waits_at_key: bool = false
var has_key: bool = false

var _pause: float = 0.0
var _began: bool = false


func _init(seed_number: int, service: Node = null) -> void:
	var tale: Array = _TALES[seed_number % _TALES.size()]
	quest.world_file = _WORLD
	quest.service = service
	quest.tone = tale[1]
	quest.giver = _GIVERS[(seed_number / _TALES.size()) % _GIVERS.size()]
	quest.seed_number = seed_number
	quest.more = {"strategy": tale[0], "depth": 0}
	quest.portraits = {quest.giver: _portrait()}
	quest.generated.connect(_ready_to_tell)
	quest.failed.connect(func(message: String) -> void: told.emit("Nobody has a story: %s" % message))
	quest.travelled.connect(_travel)
	quest.variable_changed.connect(_note)
	quest.ended.connect(_end)


func _ready() -> void:
	add_child(quest)
	quest.generate()


func _process(delta: float) -> void:
	_pause = maxf(0.0, _pause - delta)


## Whether the player has something to say to the giver now.
func can_talk() -> bool:
	var graph := quest.graph
	return graph != null and _pause <= 0.0 and not waits_at_key


## The name of who gives the quest.
func giver_name() -> String:
	return quest.graph.name_of(quest.graph.giver) if quest.graph != null else "Somebody"


## The player talks to the giver.
func talk() -> void:
	if not can_talk():
		return
	if quest.graph.ended:
		quest.graph.restart()
	_go_on()


## The player stands where the key lies.
func reach_key() -> void:
	if waits_at_key and _pause <= 0.0:
		waits_at_key = false
		_go_on()


func _go_on() -> void:
	_began = true
	talk_began.emit()
	if quest.graph.waiting_for != "":
		quest.arrive()
	else:
		quest.play()
	if quest.box != null and not quest.box.word_appeared.is_connected(_sound):
		quest.box.word_appeared.connect(_sound)


func _sound(_speaker: String) -> void:
	word_said.emit()


func _ready_to_tell(_graph: PlayloomQuestGraph) -> void:
	told.emit("Talk to %s" % giver_name())


func _travel(place: String, place_name: String) -> void:
	_pause = _AGAIN
	talk_over.emit()
	waits_at_key = place != HOME
	if waits_at_key:
		told.emit("Find the %s at %s" % [_thing_name(), place_name])
	else:
		told.emit("Go back to %s" % giver_name())


func _thing_name() -> String:
	var about: PackedStringArray = quest.graph.journal()[0]["about"]
	return "key" if about.is_empty() else quest.graph.name_of(about[0])


func _note(variable: String, value: Variant) -> void:
	if variable == _KEY_DONE and is_same(value, true) and not has_key:
		has_key = true
		key_taken.emit()


## Who says no at once may ask again; every other ending ends the game.
func _end(ending: String) -> void:
	_pause = _AGAIN
	talk_over.emit()
	if ending == "declined":
		told.emit("Talk to %s again, if you like" % giver_name())
	else:
		ended.emit(ending)


static func _portrait() -> ImageTexture:
	var picture := DemoArt.TILES.get_image().get_region(Rect2i(19 * 16, 0, 16, 16))
	picture.convert(Image.FORMAT_RGBA8)
	return ImageTexture.create_from_image(picture)
