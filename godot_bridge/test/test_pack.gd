extends "res://test/case.gd"
## The shipped pack, which the caller has made: the very content, or what fits, or a clear error.


func test_a_request_of_the_list_gets_its_very_content() -> void:
	var pack := PlayloomPack.new(option("pack"))
	expect(pack.exists())
	var request := {"theme": "dungeon", "size": Vector2i(16, 16), "seed": 1, "priority": 9}
	var level := pack.answer("level", request)
	expect(level.ok and level.from_pack, level.error_message)
	same(_sha256(level.blobs["cells"]), option("cells"), "cells")
	same(level.shapes["cells"], PackedInt64Array([16, 16]), "shape")
	same(level.result["seed"], 1, "seed")
	var quest := pack.answer("quest", {"world": "halcyon", "depth": 1, "seed": 9007199254740993})
	same(_sha256(quest.blobs["quest"]), option("quest"), "quest")
	same(quest.result["seed"], 9007199254740993, "a seed of more digits than JSON has")
	var sprite := pack.answer("sprite", {"words": "slime", "size": 16, "seed": 1})
	same(_sha256(sprite.blobs["rgba"]), option("sprite"), "sprite")
	var walk := pack.answer("walk", {"side": 16}, sprite.blobs["rgba"])
	same(_sha256(walk.blobs["rgba"]), option("walk"), "walk")
	same(walk.result["milliseconds"], 150, "milliseconds")
	expect(pack.answer("list", {"what": "worlds"}).json("list") is Array)


func test_what_is_not_there_is_chosen_by_the_seed_the_same_everywhere() -> void:
	var pack := PlayloomPack.new(option("pack"))
	var places: PackedStringArray = []
	for seed_number: String in option("seeds").split(","):
		places.append(str(PlayloomPackChoice.place(seed_number.to_int(), 3)))
	same(",".join(places), option("places"), "places")
	var counts := {}
	for seed_number in range(100, 400):
		var request := {"theme": "dungeon", "size": [16, 16], "seed": seed_number}
		var level := pack.answer("level", request)
		same(level.result["seed"], PlayloomPackChoice.place(seed_number, 3), "seed %d" % seed_number)
		counts[level.result["seed"]] = counts.get(level.result["seed"], 0) + 1
	for count: int in counts.values():
		expect(count > 70 and count < 130, "300 seeds over 3 levels: %s" % counts)


func test_wishes_are_met_as_far_as_the_pack_can() -> void:
	var pack := PlayloomPack.new(option("pack"))
	for seed_number in 20:
		var wide := pack.answer("level", {"theme": "dungeon", "size": [24, 16], "seed": seed_number})
		same(wide.shapes["cells"], PackedInt64Array([16, 24]), "the size that was asked for")
		var other := pack.answer("level", {"theme": "dungeon", "size": [99, 99], "seed": seed_number})
		expect(other.ok, "another size is better than none")
		var slime := pack.answer("sprite", {"words": "big Green slime", "seed": seed_number})
		expect(slime.ok and slime.shapes["rgba"] == PackedInt64Array([16, 16, 4]), slime.error_message)


func test_what_is_no_wish_is_refused_and_told() -> void:
	var pack := PlayloomPack.new(option("pack"))
	for request: Array in [
		["level", {"theme": "cave"}, "theme dungeon"],
		["sprite", {"words": "dragon"}, "words slime"],
		["sprite", {"words": "slime", "size": 32}, "size 16"],
		["chunk", {"theme": "cave", "x": 0, "y": 0}, "chunk [16, 16]"],
		["quest", {"world": "thornford"}, "world halcyon"],
		["walk", {"side": 16}, "side 16"],
		["check", {"kind": "level", "size": [8, 8]}, "no check"],
	]:
		var reply := pack.answer(request[0] as String, request[1] as Dictionary)
		expect(not reply.ok and reply.from_pack)
		same(reply.error_code, "kind_unknown", str(request))
		expect(reply.error_message.contains(request[2] as String), reply.error_message)
		expect(reply.error_message.contains("playloom bundle --pack"), reply.error_message)
	for request: Array in [
		["level", {"theme": "dungeon", "seed": -1}],
		["level", {"theme": "dungeon", "seed": 1.5}],
		["chunk", {"theme": "cave", "chunk": [16, 16], "x": 0}],
		["chunk", {"theme": "cave", "chunk": [16, 16], "x": 0, "y": "north"}],
		["level", {"theme": Callable()}],
	]:
		same(pack.answer(request[0] as String, request[1] as Dictionary).error_code, "params_invalid")
	var away := PlayloomPack.new("res://no_such_folder")
	expect(not away.exists())
	same(away.answer("level", {}).error_code, "kind_unknown")


func test_an_endless_level_goes_on_by_mirrors_without_a_seam() -> void:
	var pack := PlayloomPack.new(option("pack"))
	var cells := {}
	var starts := 0
	for y in range(-3, 4):
		for x in range(-3, 4):
			var request := {"theme": "cave", "chunk": Vector2i(16, 16), "seed": 7, "x": x, "y": y}
			var reply := pack.answer("chunk", request)
			expect(reply.ok, reply.error_message)
			cells[Vector2i(x, y)] = _cells(reply)
			var level := PlayloomLevel.from_reply(reply)
			starts += 1 if level != null and level.start != Vector2i(-1, -1) else 0
			same(reply.blobs.has("evidence"), Rect2i(0, 0, 2, 2).has_point(Vector2i(x, y)), "evidence")
	same(starts, 1, "starts")
	same(_sha256(cells[Vector2i(1, 0)] as PackedByteArray), option("chunk"), "a chunk of the list")
	for y in range(-3, 4):
		for x in range(-3, 3):
			var mirrored := posmod(x, 2) == 1
			for row in 16:
				var here: PackedByteArray = cells[Vector2i(x, y)]
				var beside: PackedByteArray = cells[Vector2i(x + 1, y)]
				var left := here.decode_u16((row * 16 + 15) * 2)
				var right := beside.decode_u16(row * 32)
				if mirrored:
					same(right, left, "the seam right of %d, %d" % [x, y])
	for row in 16:
		var down: PackedByteArray = cells[Vector2i(0, 1)]
		var under: PackedByteArray = cells[Vector2i(0, 2)]
		same(under.slice(row * 32, row * 32 + 32), down.slice((15 - row) * 32, (15 - row) * 32 + 32))


func test_damage_is_told_and_stops_nothing() -> void:
	var folder := option("damaged")
	var found := 0
	for name in DirAccess.get_directories_at(folder):
		var pack := PlayloomPack.new(folder.path_join(name))
		var reply := pack.answer("level", {"theme": "dungeon", "seed": 0})
		same(reply.error_code, "package_corrupt", "%s: %s" % [name, reply.error_message])
		expect(reply.error_message.contains(name.get_slice("-", 1).replace("_", " ")), reply.error_message)
		found += 1
	expect(found >= 20, "damaged packs")


func test_an_answer_fits_into_a_frame() -> void:
	var pack := PlayloomPack.new(option("pack"))
	pack.answer("level", {"theme": "dungeon"})
	var best := 1_000_000
	for seed_number in 30:
		var begun := Time.get_ticks_usec()
		pack.answer("level", {"theme": "dungeon", "seed": seed_number})
		best = mini(best, Time.get_ticks_usec() - begun)
	print("an answer takes %d microseconds" % best)
	expect(best < 4000, "an answer takes %d microseconds" % best)


## Returns the cells of a chunk, the start as the floor that copies have there.
func _cells(reply: PlayloomReply) -> PackedByteArray:
	var cells: PackedByteArray = reply.blobs["cells"].duplicate()
	var tiles: Array = reply.result["tiles"]
	for place in range(0, cells.size(), 2):
		if cells.decode_u16(place) == tiles.find("start"):
			cells.encode_u16(place, tiles.find("floor"))
	return cells


func _sha256(data: PackedByteArray) -> String:
	var context := HashingContext.new()
	context.start(HashingContext.HASH_SHA256)
	context.update(data)
	return context.finish().hex_encode()
