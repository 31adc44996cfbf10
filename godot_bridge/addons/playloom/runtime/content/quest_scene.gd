@tool
class_name PlayloomQuestScene
extends RefCounted
## One scene of a quest: lines, then choices, or the way on, or the end. [PlayloomQuestGraph] walks
## them.

const _LINES_HIGH := 64
const _CHOICES_HIGH := 32
const _RULES_HIGH := 64

var id: String = ""
## Id of where it happens; empty where it is told anywhere.
var place: String = ""
var lines: Array[PlayloomLine] = []
var choices: Array[Choice] = []
## The next scene where there is nothing to choose, or empty.
var next: String = ""
## The name of the ending, or empty.
var ending: String = ""
## Variables that are set on entering.
var effects: Dictionary[String, Variant] = {}


## What the player can say or do.
class Choice:
	extends RefCounted
	## The player's words.
	var line: PlayloomLine = null
	## Id of the scene it leads to.
	var to: String = ""
	## Each condition as [variable, value, negated]; all must hold.
	var when: Array[Array] = []
	## Variables that it sets.
	var effects: Dictionary[String, Variant] = {}
	## Whether it is gone when it was taken.
	var once: bool = false


## Reads a scene of the quest's JSON.
static func read(of: Dictionary, names: Dictionary, fields: PlayloomFields) -> PlayloomQuestScene:
	var scene := PlayloomQuestScene.new()
	scene.id = fields.text(of, "id")
	scene.place = fields.text(of, "place", 256, true)
	scene.next = fields.text(of, "to", 256, true)
	scene.ending = fields.text(of, "ending", 256, true)
	scene.effects = _effects(of, fields)
	for line in fields.objects(of, "lines", _LINES_HIGH, true):
		scene.lines.append(PlayloomLine.read(line, names, fields))
	for given in fields.objects(of, "choices", _CHOICES_HIGH, true):
		var choice := Choice.new()
		choice.line = PlayloomLine.read(fields.object(given, "line"), names, fields)
		choice.to = fields.text(given, "to")
		choice.once = is_same(given.get("once"), true)
		choice.effects = _effects(given, fields)
		choice.when = conditions(given, fields)
		scene.choices.append(choice)
	return scene


## Reads the conditions under "when", each as [variable, value, negated].
static func conditions(of: Dictionary, fields: PlayloomFields) -> Array[Array]:
	var found: Array[Array] = []
	for one in fields.objects(of, "when", _RULES_HIGH, true):
		found.append([fields.text(one, "variable"), value_of(one, "value", fields), is_same(one.get("negated"), true)])
	return found


## Reads a value of a variable: a bool, a whole number or a text.
static func value_of(of: Dictionary, key: String, fields: PlayloomFields) -> Variant:
	var found: Variant = of.get(key)
	if found is bool:
		return found
	if found is String:
		return fields.text(of, key)
	return fields.whole(of, key, -(1 << 48), 1 << 48)


static func _effects(of: Dictionary, fields: PlayloomFields) -> Dictionary[String, Variant]:
	var found: Dictionary[String, Variant] = {}
	for one in fields.objects(of, "effects", _RULES_HIGH, true):
		found[fields.text(one, "variable")] = value_of(one, "value", fields)
	return found
