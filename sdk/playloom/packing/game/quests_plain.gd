class_name Quests
extends Node
## The quests of the pack, as far as they can be told without Playloom's addon: what is asked, line by line.
##
## [code]playloom pack --addon addons/playloom[/code] tells them with their choices, places and endings.

signal noted(text: String)
signal changed

## What holds the pack: it knows what lies where.
var game: Node2D = null

var _quests: Array[Dictionary] = []
var _quest: int = 0
var _line: int = 0
var _marker: Marker = Marker.new()


func _ready() -> void:
	game.add_child(_marker)
	for path: String in game.pack["quests"]:
		_quests.append(JSON.parse_string(FileAccess.get_file_as_string(path))["quest"] as Dictionary)
	if not _quests.is_empty():
		var spots: Array[Vector2i] = game.spots_of(_quests[0]["giver"])
		_marker.show_at(null if spots.is_empty() else spots[0], game.pack["tile_pixels"] as int)


## Whether somebody is talking.
func is_busy() -> bool:
	return false


## Titles of all quests.
func titles() -> Array[String]:
	var found: Array[String] = []
	for quest in _quests:
		found.append(str(quest["title"]))
	return found


## What is asked of the player now; empty: nothing.
func objective() -> String:
	if _quest >= _quests.size() or _line == 0:
		return ""
	return str((_quests[_quest]["objectives"] as Array)[-1]["line"]["text"])


## Somebody is spoken to: says the next line of what they ask.
func talk(_person: String) -> void:
	if _quest >= _quests.size():
		return
	var lines: Array = (_quests[_quest]["scenes"] as Array)[0]["lines"]
	if _line >= lines.size():
		_quest += 1
		_line = 0
		talk(_person)
		return
	noted.emit(str(lines[_line]["text"]))
	_line += 1
	changed.emit()


## The hero is in a cell: nothing comes of it here.
func reached(_cell: Vector2i) -> void:
	pass
