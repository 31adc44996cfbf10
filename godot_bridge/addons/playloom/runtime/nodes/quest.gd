@tool
@icon("quest.svg")
class_name PlayloomQuest
extends Node
## Makes a quest and plays it: in a dialogue box of its own, or through its signals in yours.
##
## [codeblock]
## quest.travelled.connect(func(place: String, name: String) -> void: marker.show_at(place))
## if await quest.generate():
##     quest.play()  # talks until the story goes on elsewhere, or ends
## ...
## quest.arrive()  # the player is there: goes on
## [/codeblock]
## A file with your world (TOML) must be among those that are exported: add [code]*.toml[/code] to
## the filter.

## The quest is made.
signal generated(graph: PlayloomQuestGraph)
## Nothing could be made; says what to do.
signal failed(message: String)
## With [member stream]: a line as far as it is written.
signal line_written(act: String, text: String, complete: bool)
## A line is said; the box shows it.
signal line_spoken(line: PlayloomLine)
## The player has chosen this line.
signal chosen(line: PlayloomLine)
## A variable of the quest has another value, such as [code]reward_paid[/code].
signal variable_changed(name: String, value: Variant)
## The story goes on at another place, by its id and its name; call [method arrive] once the player
## is there.
signal travelled(place: String, name: String)
## The story is over.
signal ended(ending: String)

const _BOX := preload("res://addons/playloom/runtime/dialogue/dialogue_box.tscn")

@export_group("Request")
## Your world as TOML; empty: [member world].
@export_file("*.toml") var world_file: String = ""
## A world that the server knows; empty: the example.
@export var world: String = ""
## Id or name of who gives the quest; empty: as the seed decides.
@export var giver: String = ""
## How it is told, such as [code]wry[/code] or [code]warm[/code].
@export var tone: String = ""
## The same seed gives the same quest.
@export_range(0, 1000000, 1, "or_greater") var seed_number: int = 0
## Further fields of the request; see PROTOCOL.md.
@export var more: Dictionary = {}
## Whether lines are told while they are written, see [signal line_written].
@export var stream: bool = false
## Whether it is made as soon as it is in the scene.
@export var generate_on_ready: bool = false
## A quest that was made before, in the editor's dock or by importing a [code].ploomquest[/code] file:
## it is taken, and no server is asked.
@export var resource: PlayloomQuestResource = null

@export_group("Play")
## Whether a box shows what is said; without it, walk [member graph] yourself.
@export var show_box: bool = true
## A box of yours, with the methods of [PlayloomDialogueBox].
@export var box_scene: PackedScene = _BOX
## Whether the story waits where it goes on at another place, until [method arrive].
@export var travels: bool = true
## Pictures of people beside what they say, by their ids.
@export var portraits: Dictionary[String, Texture2D] = {}

## The quest; null while there is none.
var graph: PlayloomQuestGraph = null
## What shows it; null while nobody has spoken.
var box: PlayloomDialogueBox = null
## Asked for content instead of the autoload.
var service: Node = null

var _job: PlayloomJob = null
var _playing: bool = false
var _known: Dictionary[String, Variant] = {}


func _ready() -> void:
	if generate_on_ready and not Engine.is_editor_hint():
		generate()


func _exit_tree() -> void:
	cancel()
	stop()


## Makes the quest. Returns it, or null if it failed or [method cancel] came first.
func generate() -> PlayloomQuestGraph:
	cancel()
	if resource != null:
		return _take(resource.graph())
	var payload := PackedByteArray()
	if world_file != "":
		if FileAccess.file_exists(world_file):
			payload = FileAccess.get_file_as_bytes(world_file)
		if payload.is_empty():
			failed.emit("%s: cannot be read, or is empty; export *.toml files with the game" % world_file)
			return null
	var request := {"world": world, "giver": giver, "tone": tone, "seed": seed_number, "stream": stream}
	request.merge(more, true)
	var job := PlayloomService.submit(self, service, "quest", PlayloomService.wishes(request), payload)
	_job = job
	job.line_told.connect(
		func(act: String, text: String, complete: bool) -> void: line_written.emit(act, text, complete)
	)
	var reply := await job.completed()
	if _job != job:
		return null
	_job = null
	var made := PlayloomQuestGraph.from_reply(reply)
	if made == null:
		failed.emit(reply.error_message)
		return null
	return _take(made)


## Talks from where the story is until it goes on elsewhere ([signal travelled]) or ends ([signal
## ended]).
func play() -> void:
	if graph == null or _playing:
		return
	_playing = true
	var told := graph
	while _playing and graph == told:
		for line in told.lines():
			_tell_changes()
			line_spoken.emit(line)
			if show_box:
				await _the_box().say(line.speaker_name, line.text, portraits.get(line.speaker))
			if not _playing or graph != told:
				return
		_tell_changes()
		if told.ended or told.waiting_for != "" or not show_box:
			break
		await _choose(told)
	if graph == told and _playing:
		_rest(told)


## The player is where [signal travelled] said: the story goes on.
func arrive() -> void:
	if graph != null:
		graph.arrive()
		play()


## Takes a choice of [code]graph.choices()[/code] and goes on; for boxes of your own.
func choose(number: int) -> void:
	var line := graph.choose(number) if graph != null else null
	if line != null:
		chosen.emit(line)
		play()


## Lets somebody say what is told beside the story now, such as "bark" or "rumor_before". Returns
## whether there is anything.
func say_aside(name: String) -> bool:
	var lines: Array = graph.asides().get(name, []) if graph != null and not _playing else []
	for line: PlayloomLine in lines:
		line_spoken.emit(line)
		if show_box:
			await _the_box().say(line.speaker_name, line.text, portraits.get(line.speaker))
	if box != null and not _playing:
		box.close()
	return not lines.is_empty()


## Stops talking; [method play] begins again at the choice where it was.
func stop() -> void:
	_playing = false
	if box != null:
		box.close()


## Gives up what is being made.
func cancel() -> void:
	if _job != null:
		var job := _job
		_job = null
		job.cancel()


func _take(made: PlayloomQuestGraph) -> PlayloomQuestGraph:
	if made == null:
		failed.emit("%s: is no quest; make it anew" % resource.resource_path)
		return null
	stop()
	graph = made
	graph.travels = travels
	_known = graph.values.duplicate()
	generated.emit(made)
	return made


func _choose(told: PlayloomQuestGraph) -> void:
	var texts := PackedStringArray()
	for choice in told.choices():
		texts.append(choice.line.text)
	if texts.is_empty():
		_playing = false
		return
	var number := await _the_box().ask(texts)
	if _playing and graph == told and number >= 0:
		chosen.emit(told.choose(number))
	else:
		_playing = false


func _rest(told: PlayloomQuestGraph) -> void:
	_playing = false
	if box != null:
		box.close()
	if told.ended:
		ended.emit(told.ending)
	elif told.waiting_for != "":
		travelled.emit(told.waiting_for, told.name_of(told.waiting_for))


func _tell_changes() -> void:
	for name in graph.values:
		if _known.get(name) != graph.values[name]:
			_known[name] = graph.values[name]
			variable_changed.emit(name, graph.values[name])


func _the_box() -> PlayloomDialogueBox:
	if box == null:
		box = box_scene.instantiate()
		var above := CanvasLayer.new()
		above.layer = 90
		add_child(above)
		above.add_child(box)
	return box
