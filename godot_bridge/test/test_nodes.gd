extends "res://test/case.gd"
## Nodes that fill themselves, against a real server: `port` and `token` say where it is.

const CHUNK := Vector2i(16, 16)
const THEMES: Array[String] = ["dungeon", "overworld", "platformer", "sokoban"]


func test_a_layer_shows_what_the_written_scene_shows() -> void:
	var it := await _attached()
	for theme in THEMES:
		var size := Vector2i(12, 12) if theme == "sokoban" else Vector2i(28, 18)
		var layer := _layer(it, theme, size)
		var shown: Array[PlayloomLevel] = []
		layer.generated.connect(func(level: PlayloomLevel) -> void: shown.append(level))
		var level := await layer.generate()
		same(shown, [level] as Array[PlayloomLevel])
		same(level.size, size)
		if theme != "platformer":
			same(_end_of(level), level.exit if theme != "sokoban" else _end_of(level))
		var asked := {"theme": theme, "size": size, "seed": 7, "files": ["x.tscn"]}
		var reply := await it.request("level", asked)
		var scene := _scene(reply.blobs["x.tscn"])
		_same_tiles(layer, scene.get_node("Ground") as TileMapLayer, theme + " ground")
		var objects := layer.get_node("Objects") as TileMapLayer
		_same_tiles(objects, scene.get_node("Objects") as TileMapLayer, theme + " objects")
		scene.free()
		layer.free()
	it.queue_free()


func test_what_is_cancelled_leaves_nothing_behind() -> void:
	var it := await _attached()
	var layer := _layer(it, "dungeon", Vector2i(32, 32))
	var told: Array[String] = []
	layer.generated.connect(func(_level: PlayloomLevel) -> void: told.append("generated"))
	layer.failed.connect(func(message: String) -> void: told.append(message))
	var first: Array = []
	var ask := func() -> void: first.append(await layer.generate())
	ask.call()
	layer.cancel()
	await until(func() -> bool: return first.size() == 1)
	same(first[0], null)
	layer.seed_number = 8
	ask.call()
	layer.seed_number = 9
	var second := await layer.generate()
	same(first[1], null, "the newer one takes over")
	same(second.evidence["attempts"], 1.0)
	same(told, ["generated"] as Array[String])
	layer.controls = {"enemies": [1, 2, 3]}
	expect(await layer.generate() == null, "refused")
	expect(told[1].contains("enemies"), told[1])
	layer.free()
	it.queue_free()


func test_an_endless_world_comes_and_goes_around_its_target() -> void:
	var it := await _attached()
	var target := Node2D.new()
	tree.root.add_child(target)
	var layer := _layer(it, "cave", Vector2i.ZERO)
	layer.endless = true
	layer.chunk_size = CHUNK
	layer.reach = 24
	layer.target = target
	var came: Array[Vector2i] = []
	var went: Array[Vector2i] = []
	layer.chunk_loaded.connect(func(chunk: Vector2i, _level: PlayloomLevel) -> void: came.append(chunk))
	layer.chunk_unloaded.connect(func(chunk: Vector2i) -> void: went.append(chunk))
	layer.failed.connect(func(message: String) -> void: expect(false, message))
	layer.generate()
	await until(layer.is_settled, 60.0, "the world around the beginning")
	same(came[0], Vector2i.ZERO, "the nearest comes first")
	var end := Time.get_ticks_msec() + 5000
	while Time.get_ticks_msec() < end:
		target.position += Vector2(1.5, 0.5)
		await tree.process_frame
	await until(layer.is_settled, 60.0, "the world around the end")
	expect(came.size() > 12 and went.size() > 4, "%d came, %d went" % [came.size(), went.size()])
	var here := layer.chunks()
	same(here.size(), came.size() - went.size(), "chunks")
	var place := layer.local_to_map(target.position)
	for y in range(place.y - 12, place.y + 12):
		for x in range(place.x - 12, place.x + 12):
			expect(layer.get_cell_source_id(Vector2i(x, y)) >= 0, "a hole at %d, %d" % [x, y])
	_same_as_shown(layer)
	layer.free()
	target.free()
	it.queue_free()


func test_sprites_draw_themselves_and_walk() -> void:
	var it := await _attached()
	var sprite := PlayloomSprite2D.new()
	sprite.service = it
	sprite.words = "potion"
	sprite.more = {"engine": "fast"}
	sprite.texture = PlaceholderTexture2D.new()
	var before := sprite.texture
	sprite.generate_on_ready = false
	tree.root.add_child(sprite)
	var told: Array[String] = []
	sprite.failed.connect(func(message: String) -> void: told.append(message))
	sprite.progressed.connect(func(_part: float) -> void: expect(sprite.texture == before, "the placeholder stays"))
	var shown := await sprite.generate()
	same(told, [] as Array[String])
	expect(sprite.texture == shown.texture, "shown")
	same(sprite.texture.get_size(), Vector2(32, 32))
	var walker := PlayloomWalk2D.new()
	walker.service = it
	walker.figure = sprite.texture
	walker.generate_on_ready = false
	tree.root.add_child(walker)
	expect(await walker.generate() != null, "a walk")
	for way: Array in [[Vector2.LEFT, &"walk_left"], [Vector2(1, 5), &"walk_down"], [Vector2.UP, &"walk_up"]]:
		walker.face(way[0])
		same(walker.animation, way[1])
		expect(walker.is_playing(), "it walks")
	walker.face(Vector2.ZERO)
	same(walker.animation, &"walk_up")
	expect(not walker.is_playing(), "it stands")
	walker.free()
	sprite.words = ""
	sprite.palette = "no such palette"
	expect(await sprite.generate() == null, "refused")
	expect(told[0].contains("palette"), told[0])
	expect(sprite.texture == shown.texture, "the last picture stays")
	sprite.free()
	it.queue_free()


func test_nodes_may_be_freed_at_any_moment() -> void:
	var it := await _attached()
	var level := await it.level({"theme": "cave", "size": [48, 48], "seed": 1})
	for number in 12:
		var layer := _layer(it, "cave", Vector2i(16, 16))
		layer.endless = number % 3 == 0
		layer.chunk_size = CHUNK
		if number % 3 == 1:
			layer.show_level(level)
		else:
			layer.generate()
		for frame in number * 2:
			await tree.process_frame
		if number % 2 == 0:
			layer.free()
		else:
			layer.queue_free()
	for node: Node in [PlayloomSprite2D.new(), PlayloomWalk2D.new(), PlayloomQuest.new()]:
		node.set(&"service", it)
		tree.root.add_child(node)
		if node is PlayloomQuest:
			await node.call(&"generate")
			node.call(&"play")
		await tree.process_frame
		node.free()
	await tree.process_frame
	same(PlayloomWriter.waiting(), 0)
	it.queue_free()


func _attached() -> Playloom:
	var it := service()
	expect(await it.attach(int(option("port")), option("token")), "the server lets us in")
	return it


func _layer(it: Playloom, theme: String, size: Vector2i) -> PlayloomLevelLayer:
	var layer := PlayloomLevelLayer.new()
	layer.service = it
	layer.theme = theme
	layer.size = size
	layer.seed_number = 7
	layer.generate_on_ready = false
	tree.root.add_child(layer)
	return layer


# Where the solution of a level leads.
func _end_of(level: PlayloomLevel) -> Vector2i:
	var at := level.start
	for step in level.solution():
		at += step
	return at


func _scene(bytes: PackedByteArray) -> Node:
	FileAccess.open("user://x.tscn", FileAccess.WRITE).store_buffer(bytes)
	var packed := ResourceLoader.load("user://x.tscn", "", ResourceLoader.CACHE_MODE_IGNORE_DEEP)
	return (packed as PackedScene).instantiate()


func _same_tiles(found: TileMapLayer, wanted: TileMapLayer, what: String) -> void:
	same(found.get_used_cells().size(), wanted.get_used_cells().size(), what)
	var wrong := 0
	for cell in wanted.get_used_cells():
		wrong += 0 if found.get_cell_atlas_coords(cell) == wanted.get_cell_atlas_coords(cell) else 1
	same(wrong, 0, what)


# Every chunk that is here is shown as its neighbours want it: walls, and what stands on the ground.
func _same_as_shown(layer: PlayloomLevelLayer) -> void:
	var objects := layer.get_node("Objects") as TileMapLayer
	var wrong := 0
	for chunk in layer.chunks():
		var level := layer.chunks()[chunk]
		for y in CHUNK.y:
			for x in CHUNK.x:
				var cell := layer.first_cell(chunk) + Vector2i(x, y)
				var id := level.id_at(Vector2i(x, y))
				var shown := layer.get_cell_atlas_coords(cell)
				var above := objects.get_cell_atlas_coords(cell)
				if level.tiles[id] == "wall":
					var below := layer.tile_name_at(cell + Vector2i.DOWN)
					wrong += 0 if shown == Vector2i(id, 1 if below in ["wall", ""] else 0) else 1
				else:
					wrong += 0 if shown.x == id or above == Vector2i(id, 0) else 1
	same(wrong, 0, "cells")
