extends "res://test/case.gd"
## What answers hold, and what becomes of answers that lie. `quest` is a file with a real quest's
## JSON.

const ROUNDS := 400

var _text: String = ""


func test_a_level_is_read() -> void:
	var level := PlayloomLevel.from_reply(_level_reply())
	same(level.size, Vector2i(3, 2))
	same(level.start, Vector2i(0, 0))
	same(level.exit, Vector2i(-1, -1))
	same(level.cells_named("wall"), [Vector2i(1, 0), Vector2i(2, 1)] as Array[Vector2i])
	same(level.cells_named("boss"), [] as Array[Vector2i])
	same(level.name_at(Vector2i(2, 0)), "floor")
	same(level.name_at(Vector2i(3, 0)), "")
	same(level.solution(), [Vector2i.RIGHT, Vector2i.DOWN] as Array[Vector2i])
	same(level.evidence["seed"], 7.0)


func test_lies_about_levels_are_refused() -> void:
	var lies: Dictionary[String, Callable] = {
		"is no pair": func(reply: PlayloomReply) -> void: reply.result["size"] = [3],
		"size is 0": func(reply: PlayloomReply) -> void: reply.result["size"] = [0, 2],
		"size is 9999": func(reply: PlayloomReply) -> void: reply.result["size"] = [9999, 2],
		"[3, 3] is expected": func(reply: PlayloomReply) -> void: reply.result["size"] = [3, 3],
		"no whole number": func(reply: PlayloomReply) -> void: reply.result["size"] = [3.5, NAN],
		"theme is no text": func(reply: PlayloomReply) -> void: reply.result["theme"] = null,
		"tiles is no list": func(reply: PlayloomReply) -> void: reply.result.erase("tiles"),
		"short texts": func(reply: PlayloomReply) -> void: reply.result["tiles"] = ["floor", 7],
		"has no name": func(reply: PlayloomReply) -> void: reply.result["tiles"] = ["floor", "wall"],
		"no cells": func(reply: PlayloomReply) -> void: reply.blobs.erase("cells"),
		"there are 3": func(reply: PlayloomReply) -> void: reply.blobs["cells"][3] = 1,
		"12 is expected": func(reply: PlayloomReply) -> void: reply.blobs["cells"].append(0),
	}
	for told in lies:
		var reply := _level_reply()
		lies[told].call(reply)
		expect(PlayloomLevel.from_reply(reply) == null, "%s: it was taken" % told)
		same(reply.error_code, "reply_invalid", told)
		var hinted := reply.error_message.contains(told) or told == "12 is expected"
		expect(hinted, "%s is not in: %s" % [told, reply.error_message])
	expect(PlayloomLevel.from_reply(PlayloomReply.failed("overloaded", "later")) == null)


func test_the_largest_level_is_read_within_a_few_frames() -> void:
	var reply := _level_reply()
	var cells := PackedByteArray()
	cells.resize(1024 * 1024 * 2)
	cells[cells.size() - 2] = 2
	reply.result["size"] = [1024, 1024]
	reply.blobs["cells"] = cells
	reply.shapes["cells"] = PackedInt64Array([1024, 1024])
	var level := PlayloomLevel.from_reply(reply)
	same(level.start, Vector2i(1023, 1023))


func test_sprites_and_walks_are_read_and_lies_refused() -> void:
	var reply := _picture_reply([4, 4], [4, 4, 4])
	same(PlayloomSprite.from_reply(reply).image.get_pixel(1, 0), Color8(4, 5, 6, 7))
	for size: Variant in [[4, 5], [0, 0], [4], "4", {}, [1e300, 1e300], [4, null]]:
		var lie := _picture_reply([4, 4], [4, 4, 4])
		lie.result["size"] = size
		expect(PlayloomSprite.from_reply(lie) == null, str(size))
	reply = _picture_reply([2, 2], [4, 2, 2, 4])
	var clips := [{"name": "walk_down", "first": 0, "last": 1}, {"name": "walk_up", "first": 2, "last": 3}]
	reply.result.merge({"milliseconds": 100, "clips": clips})
	var frames := PlayloomWalk.from_reply(reply).sprite_frames()
	same(frames.get_animation_names(), PackedStringArray(["walk_down", "walk_up"]))
	same(frames.get_frame_count("walk_up"), 2)
	same(frames.get_animation_speed("walk_up"), 10.0)
	for lie: Variant in [[], [{}], [{"name": "a", "first": 3, "last": 2}], [7], null]:
		reply.result["clips"] = lie
		expect(PlayloomWalk.from_reply(reply) == null, str(lie))


func test_a_quest_is_walked_to_every_ending() -> void:
	var reply := _quest_reply(_quest_text())
	var endings: Dictionary[String, bool] = {}
	var rng := RandomNumberGenerator.new()
	rng.seed = 5
	for way in 200:
		var graph := PlayloomQuestGraph.from_reply(reply)
		_walk(graph, rng)
		expect(graph.ended, "it ends")
		endings[graph.ending] = true
	var wanted: Dictionary = JSON.parse_string(_quest_text())["quest"]["evidence"]["endings"]
	var found := endings.keys()
	found.sort()
	same(Array(found), wanted.keys())


func test_a_quest_goes_on_where_it_was_saved() -> void:
	var reply := _quest_reply(_quest_text())
	var rng := RandomNumberGenerator.new()
	for way in 100:
		rng.seed = way
		var graph := PlayloomQuestGraph.from_reply(reply)
		for step in way % 7:
			_step(graph, rng)
		var kept: Dictionary = JSON.parse_string(JSON.stringify(graph.save()))
		var other := PlayloomQuestGraph.from_reply(reply)
		expect(other.restore(kept), "it fits")
		same(JSON.stringify(other.save()), JSON.stringify(graph.save()))
		for step in 20:
			rng.seed = way + step
			var said := _step(graph, rng)
			rng.seed = way + step
			same(_step(other, rng), said)
	var graph := PlayloomQuestGraph.from_reply(reply)
	var before := JSON.stringify(graph.save())
	for lie: Dictionary in [{}, {"values": 3}, graph.save().merged({"at": "nowhere"}, true)]:
		expect(not graph.restore(lie), str(lie))
	var wrong := graph.save()
	wrong["values"]["quest"] = "won"
	expect(not graph.restore(wrong), "a value that it cannot have")
	same(JSON.stringify(graph.save()), before)


func test_quests_that_lie_neither_err_nor_hang() -> void:
	var rng := RandomNumberGenerator.new()
	rng.seed = 11
	var taken := 0
	for number in ROUNDS:
		var document: Dictionary = JSON.parse_string(_quest_text())
		for fault in rng.randi_range(1, 3):
			_spoil(document, rng)
		var graph := PlayloomQuestGraph.from_reply(_quest_reply(JSON.stringify(document)))
		if graph != null:
			taken += 1
			_walk(graph, rng)
			graph.asides()
			graph.journal()
	expect(taken > ROUNDS / 50 and taken < ROUNDS, "%d of %d were taken" % [taken, ROUNDS])
	for text: String in ["", "[]", "7", '{"format": 1}', "[".repeat(5000)]:
		expect(PlayloomQuestGraph.from_reply(_quest_reply(text)) == null, text.left(20))


func _level_reply() -> PlayloomReply:
	var reply := PlayloomReply.new()
	reply.ok = true
	reply.result = {"size": [3, 2], "theme": "dungeon", "style": "halls", "solution": "RD"}
	reply.result["tiles"] = ["floor", "wall", "start"]
	reply.blobs["cells"] = PackedByteArray([2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0])
	reply.shapes["cells"] = PackedInt64Array([2, 3])
	reply.blobs["evidence"] = '{"seed": 7}'.to_utf8_buffer()
	return reply


func _picture_reply(size: Array, shape: Array) -> PlayloomReply:
	var reply := PlayloomReply.new()
	reply.ok = true
	reply.result = {"size": size}
	reply.shapes["rgba"] = PackedInt64Array(shape)
	reply.blobs["rgba"] = PackedByteArray(range(64))
	reply.blobs["evidence"] = "{}".to_utf8_buffer()
	return reply


func _quest_reply(text: String) -> PlayloomReply:
	var reply := PlayloomReply.new()
	reply.ok = true
	reply.blobs["quest"] = text.to_utf8_buffer()
	return reply


func _quest_text() -> String:
	if _text == "":
		_text = FileAccess.get_file_as_string(option("quest"))
	return _text


func _walk(graph: PlayloomQuestGraph, rng: RandomNumberGenerator) -> void:
	for step in 200:
		if graph.ended:
			return
		_step(graph, rng)


# Takes one step and returns what was said.
func _step(graph: PlayloomQuestGraph, rng: RandomNumberGenerator) -> String:
	var said := ""
	for line in graph.lines():
		said += line.id
	graph.arrive()
	var open := graph.choices().size()
	if open > 0:
		said += graph.choose(rng.randi_range(0, open - 1)).id
	return said


# Puts something else where a value was, or takes it away.
func _spoil(document: Dictionary, rng: RandomNumberGenerator) -> void:
	var within: Variant = document
	for depth in rng.randi_range(1, 8):
		var keys: Array = within.keys() if within is Dictionary else range(within.size())
		if keys.is_empty():
			return
		var key: Variant = keys[rng.randi_range(0, keys.size() - 1)]
		if (within[key] is Dictionary or within[key] is Array) and rng.randf() < 0.9:
			within = within[key]
			continue
		var others := [null, true, 7, 0.5, 1e308, -1, "", "talk", "quest", [], {}, [[]], "x".repeat(9000)]
		within[key] = others[rng.randi_range(0, others.size() - 1)]
		return
