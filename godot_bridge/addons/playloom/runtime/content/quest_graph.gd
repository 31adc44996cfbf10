@tool
class_name PlayloomQuestGraph
extends RefCounted
## A quest that can be walked: what is said, what can be chosen and what follows from it.
##
## [codeblock]
## for line in graph.lines():
##     print(line.speaker_name, ": ", line.text)
## if graph.waiting_for != "":
##     graph.arrive()  # once the player is there
## elif not graph.ended:
##     graph.choose(0)  # of graph.choices()
## [/codeblock]
## Everything that changes lies in [method save], a Dictionary for the game's own save file.

const _SCENES_HIGH := 2048
const _VARIABLES_HIGH := 512
const _NAMES_HIGH := 1024

var title: String = ""
## The world's name.
var world: String = ""
## Id of who gives the quest.
var giver: String = ""
## Names for people by id.
var names: Dictionary = {}
## Every variable and its value now. A game may set them too, such as what an errand has come to.
var values: Dictionary[String, Variant] = {}
## Whether the story is over, and the name of its ending.
var ended: bool = false
var ending: String = ""
## Whether [method lines] stops where the story goes on at another place, until [method arrive].
var travels: bool = true
## Id of the place where the story goes on; empty while it waits for nobody to get there.
var waiting_for: String = ""

var _initial: Dictionary[String, Variant] = {}
var _allowed: Dictionary[String, Array] = {}
var _scenes: Dictionary[String, PlayloomQuestScene] = {}
var _start: String = ""
var _entries: Array[Dictionary] = []
var _objectives: Array[Dictionary] = []
var _at: String = ""
var _next: String = ""
var _place: String = ""
var _taken: Dictionary[String, bool] = {}


## Reads a reply. Returns null where it is an error or lies about itself; [member
## PlayloomReply.error_message] says what is wrong then.
static func from_reply(reply: PlayloomReply) -> PlayloomQuestGraph:
	if not reply.ok:
		return null
	var fields := PlayloomFields.new()
	var document := fields.json(reply, "quest")
	if fields.text(document, "format") != "playloom.quest/1":
		fields.note("format is not playloom.quest/1")
	var graph := PlayloomQuestGraph.new()
	graph._read(fields.object(document, "quest"), fields)
	if fields.fault.is_empty():
		graph._check(fields)
	if fields.fail(reply, "quest"):
		return null
	graph.restart()
	return graph


## Goes back to the beginning.
func restart() -> void:
	values = _initial.duplicate()
	_taken.clear()
	_at = ""
	_next = _start
	_place = _scenes[_start].place
	waiting_for = ""
	ended = false
	ending = ""


## Goes on to the next choice, to the next place or to the end, and returns what is said on the way.
func lines() -> Array[PlayloomLine]:
	var said: Array[PlayloomLine] = []
	for step in _scenes.size() + 1:
		if _next.is_empty() or not waiting_for.is_empty():
			break
		var scene := _scenes[_next]
		if travels and not scene.place.is_empty() and scene.place != _place:
			waiting_for = scene.place
			break
		_enter(scene)
		said.append_array(scene.lines)
	return said


## The player is at [member waiting_for]: the next [method lines] goes on.
func arrive() -> void:
	if not waiting_for.is_empty():
		_place = waiting_for
		waiting_for = ""


## What can be chosen now; empty while there is something to say, somewhere to go, or nothing more.
func choices() -> Array[PlayloomQuestScene.Choice]:
	var open: Array[PlayloomQuestScene.Choice] = []
	if _at.is_empty() or not _next.is_empty() or ended:
		return open
	for choice in _scenes[_at].choices:
		if _holds(choice.when) and not (choice.once and _taken.has(choice.line.id)):
			open.append(choice)
	return open


## Takes a choice, counted from 0 among [method choices], and returns what the player says; null if
## there is none.
func choose(number: int) -> PlayloomLine:
	var open := choices()
	if number < 0 or number >= open.size():
		return null
	var choice := open[number]
	_taken[choice.line.id] = true
	values.merge(choice.effects, true)
	_next = choice.to
	return choice.line


## What people say beside the story now: each entry's name with its lines, such as "bark" or
## "rumor_before".
func asides() -> Dictionary[String, Array]:
	var open: Dictionary[String, Array] = {}
	for entry in _entries:
		if _holds(entry["when"]):
			open[entry["name"]] = _scenes[entry["scene"]].lines
	return open


## The journal: for every objective its "id", "text", "place", "action", "about" (ids) and whether
## it is "done".
func journal() -> Array[Dictionary]:
	var found: Array[Dictionary] = []
	for objective in _objectives:
		var entry := objective.duplicate()
		entry["done"] = not entry["when"].is_empty() and _holds(entry["when"])
		entry.erase("when")
		found.append(entry)
	return found


## The name for people of an id of the world: a person, a place, an item.
func name_of(id: String) -> String:
	return str(names.get(id, id))


## Everything that has changed since the beginning, as JSON can hold it.
func save() -> Dictionary:
	var kept := {"values": values.duplicate(), "taken": _taken.keys(), "at": _at, "next": _next}
	kept.merge({"place": _place, "waiting_for": waiting_for, "ending": ending, "ended": ended})
	return kept


## Takes up what [method save] returned, also after JSON. Returns false, and changes nothing, if it
## does not fit.
func restore(kept: Dictionary) -> bool:
	var fields := PlayloomFields.new()
	var found: Dictionary[String, Variant] = {}
	for name in _initial:
		found[name] = PlayloomQuestScene.value_of(fields.object(kept, "values"), name, fields)
		if typeof(found[name]) != typeof(_initial[name]) or not found[name] in _allowed[name]:
			fields.note("%s has a value that it cannot have" % name)
	var places: Array[String] = []
	for key: String in ["at", "next"]:
		places.append(fields.text(kept, key))
		if not places[-1].is_empty() and not _scenes.has(places[-1]):
			fields.note("%s is no scene" % key)
	var taken := fields.texts(kept, "taken", 1 << 16)
	var texts := PackedStringArray()
	for key: String in ["place", "waiting_for", "ending"]:
		texts.append(fields.text(kept, key))
	if not fields.fault.is_empty():
		return false
	values = found
	_taken.clear()
	for id in taken:
		_taken[id] = true
	_at = places[0]
	_next = places[1]
	_place = texts[0]
	waiting_for = texts[1]
	ending = texts[2]
	ended = is_same(kept.get("ended"), true)
	return true


func _enter(scene: PlayloomQuestScene) -> void:
	_at = scene.id
	_next = scene.next
	if not scene.place.is_empty():
		_place = scene.place
	values.merge(scene.effects, true)
	if not scene.ending.is_empty():
		ending = scene.ending
	if _next.is_empty() and choices().is_empty():
		ended = true


func _holds(when: Array) -> bool:
	for rule: Array in when:
		if (values[rule[0]] == rule[1]) == rule[2]:
			return false
	return true


func _read(quest: Dictionary, fields: PlayloomFields) -> void:
	title = fields.text(quest, "title")
	world = fields.text(quest, "world")
	giver = fields.text(quest, "giver")
	_start = fields.text(quest, "start")
	names = fields.object(quest, "names")
	if names.size() > _NAMES_HIGH:
		fields.note("there are %d names" % names.size())
	for one in fields.objects(quest, "variables", _VARIABLES_HIGH):
		var name := fields.text(one, "name")
		_initial[name] = PlayloomQuestScene.value_of(one, "initial", fields)
		var allowed: Array = []
		for value: Variant in fields.list(one, "values", 64):
			allowed.append(PlayloomQuestScene.value_of({name: value}, name, fields))
		_allowed[name] = allowed
	for one in fields.objects(quest, "scenes", _SCENES_HIGH):
		var scene := PlayloomQuestScene.read(one, names, fields)
		_scenes[scene.id] = scene
	for one in fields.objects(quest, "entries", _SCENES_HIGH, true):
		var entry := {"name": fields.text(one, "name"), "scene": fields.text(one, "scene")}
		entry["when"] = PlayloomQuestScene.conditions(one, fields)
		_entries.append(entry)
	for one in fields.objects(quest, "objectives", _SCENES_HIGH):
		_objectives.append(_objective(one, fields))


func _objective(one: Dictionary, fields: PlayloomFields) -> Dictionary:
	var line := PlayloomLine.read(fields.object(one, "line"), names, fields)
	var done := fields.object(one, "done", true)
	return {
		"id": fields.text(one, "id"),
		"text": line.text,
		"place": fields.text(one, "place"),
		"action": fields.text(one, "action"),
		"about": fields.texts(one, "about", 64),
		"when": PlayloomQuestScene.conditions({"when": [] if done.is_empty() else [done]}, fields),
	}


## Sees that every scene and variable that is named exists, so that a walk never meets one that does
## not.
func _check(fields: PlayloomFields) -> void:
	var to: Array[String] = [_start]
	var rules: Array = []
	for scene: PlayloomQuestScene in _scenes.values():
		to.append(scene.next)
		for name in scene.effects:
			rules.append([name, scene.effects[name]])
		for choice in scene.choices:
			to.append(choice.to)
			rules.append_array(choice.when)
			for name in choice.effects:
				rules.append([name, choice.effects[name]])
	for entry in _entries:
		to.append(entry["scene"])
		rules.append_array(entry["when"])
	for objective in _objectives:
		rules.append_array(objective["when"])
	for rule: Array in rules:
		if not _initial.has(rule[0]):
			fields.note("there is no variable %s" % rule[0])
		elif typeof(_initial[rule[0]]) != typeof(rule[1]):
			fields.note("%s meets a value of another type" % rule[0])
	for id in to:
		if not id.is_empty() and not _scenes.has(id):
			fields.note("there is no scene %s" % id)
	if _start.is_empty():
		fields.note("start is empty")
