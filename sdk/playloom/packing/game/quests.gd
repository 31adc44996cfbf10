class_name Quests
extends Node
## The quests of the pack: told by who gives them, one after another, with Playloom's dialogue box.

signal noted(text: String)
signal changed

## What holds the pack: it knows what lies where.
var game: Node2D = null

var _quests: Array[PlayloomQuest] = []
var _target: Variant = null  # cell to which the story goes on
var _marker: Marker = Marker.new()
var _told: PlayloomQuest = null


func _ready() -> void:
	game.add_child(_marker)
	for path: String in game.pack["quests"]:
		var reply := PlayloomReply.new()
		reply.ok = true
		reply.blobs["quest"] = FileAccess.get_file_as_bytes(path)
		var graph := PlayloomQuestGraph.from_reply(reply)
		if graph == null:
			push_error("%s: %s" % [path, reply.error_message])
			continue
		var quest := PlayloomQuest.new()
		quest.graph = graph
		for id: String in game.pack["people"]:
			quest.portraits[id] = load(str(game.pack["people"][id]["sprite"])) as Texture2D
		quest.travelled.connect(_travel.bind(quest))
		quest.ended.connect(_end.bind(quest))
		add_child(quest)
		_quests.append(quest)
	_mark(_nearest_giver())


## Whether somebody is talking.
func is_busy() -> bool:
	return _told != null and _told.box != null and _told.box.visible


## Titles of all quests.
func titles() -> Array[String]:
	var found: Array[String] = []
	for quest in _quests:
		found.append(quest.graph.title)
	return found


## What is asked of the player now; empty: nothing.
func objective() -> String:
	if _told == null or _told.graph.ended or _target == null:
		return ""
	for entry in _told.graph.journal():
		if not entry["done"]:
			return str(entry["text"])
	return ""


## Somebody is spoken to.
func talk(person: String) -> void:
	for quest in _quests:
		if quest.graph.ended or quest.graph.giver != person:
			continue
		if _told == quest and _target != null:
			if _target in game.spots_of(person):
				_arrive()
			else:
				noted.emit(objective())
			return
		_told = quest
		_mark(null)
		quest.play()
		return
	noted.emit("%s has nothing to ask." % game.pack["people"][person]["name"])


## The hero is in a cell, or beat who was there.
func reached(cell: Vector2i) -> void:
	if _target != null and _told != null and cell == _target:
		_arrive()


func _arrive() -> void:
	_mark(null)
	_told.arrive()
	changed.emit()


func _travel(place: String, place_name: String, quest: PlayloomQuest) -> void:
	_told = quest
	_target = _goal(place, quest.graph)
	if _target == null:
		noted.emit("You go to %s." % place_name)
		await get_tree().create_timer(1.2).timeout
		_told.arrive()
	else:
		_mark(_target)
	changed.emit()


## Where the story goes on at a place of the level: at what it is about, with who gives it, or just there.
## Null: elsewhere.
func _goal(place: String, graph: PlayloomQuestGraph) -> Variant:
	if game.spots_of(place).is_empty():
		return null
	for entry in graph.journal():
		if entry["done"] or entry["place"] != place:
			continue
		for id: String in entry["about"]:
			var spots: Array[Vector2i] = game.spots_of(id)
			if not spots.is_empty():
				return spots[0]
			if game.taken.has(id):
				return null  # the player has it already: on with the story
	var giver: Dictionary = game.pack["people"][graph.giver]
	if giver["place"] == place and not game.spots_of(graph.giver).is_empty():
		return game.spots_of(graph.giver)[0]
	return game.spots_of(place)[0]


func _end(_ending: String, quest: PlayloomQuest) -> void:
	noted.emit("%s: the end." % quest.graph.title)
	_mark(_nearest_giver())
	changed.emit()


func _nearest_giver() -> Variant:
	for quest in _quests:
		if not quest.graph.ended and not game.spots_of(quest.graph.giver).is_empty():
			return game.spots_of(quest.graph.giver)[0]
	return null


func _mark(cell: Variant) -> void:
	_target = cell
	_marker.show_at(cell, game.pack["tile_pixels"] as int)
