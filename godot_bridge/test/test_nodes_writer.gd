extends "res://test/case.gd"
## One budget for all layers; brush and tile sets without a server.

const COST := 250  # microseconds of a block
const SOURCE := Vector2i(16, 16)


func test_ten_layers_stay_inside_one_budget() -> void:
	var owners: Array[Node] = []
	var written: Array[Rect2i] = []
	var in_frame: Dictionary[int, int] = {}
	var step := func(block: Rect2i) -> void:
		written.append(block)
		var frame := Engine.get_process_frames()
		in_frame[frame] = in_frame.get(frame, 0) + 1
		var end := Time.get_ticks_usec() + COST
		while Time.get_ticks_usec() < end:
			pass
	for number in 10:
		owners.append(Node.new())
		PlayloomWriter.write(owners[-1], Rect2i(0, 0, 32, 24), step)
	same(PlayloomWriter.waiting(), 120)
	await until(func() -> bool: return PlayloomWriter.waiting() == 0)
	same(written.size(), 120)
	var most: int = in_frame.values().max()
	expect(most <= 1000 / COST + 1, "%d blocks in a frame" % most)
	expect(in_frame.size() >= 24, "%d frames" % in_frame.size())
	for one in owners:
		one.free()


func test_a_frame_that_took_a_message_writes_nothing_but_not_for_ever() -> void:
	var owner := Node.new()
	var in_frame: Dictionary[int, int] = {}
	var step := func(_block: Rect2i) -> void:
		in_frame[Engine.get_process_frames()] = 1
		OS.delay_usec(3 * COST)
	var charge := func() -> void: PlayloomWriter.charge(5.0)
	tree.process_frame.connect(charge)
	var began := Engine.get_process_frames()
	expect(await PlayloomWriter.write(owner, Rect2i(0, 0, 32, 24), step).ended, "written")
	tree.process_frame.disconnect(charge)
	var passed := Engine.get_process_frames() - began
	expect(in_frame.size() * 3 <= passed + 3, "written in %d of %d frames" % [in_frame.size(), passed])
	owner.free()


func test_blocks_are_aligned_and_cover_the_region_once() -> void:
	var region := Rect2i(-13, 5, 30, 9)
	var owner := Node.new()
	var seen: Dictionary[Vector2i, int] = {}
	var step := func(block: Rect2i) -> void:
		var first := Vector2i((Vector2(block.position) / PlayloomWriter.BLOCK).floor())
		same(Vector2i((Vector2(block.end - Vector2i.ONE) / PlayloomWriter.BLOCK).floor()), first)
		for y in range(block.position.y, block.end.y):
			for x in range(block.position.x, block.end.x):
				seen[Vector2i(x, y)] = seen.get(Vector2i(x, y), 0) + 1
	expect(await PlayloomWriter.write(owner, region, step).ended, "written")
	same(seen.size(), region.get_area())
	same(seen.values().max(), 1)
	owner.free()


func test_what_is_cancelled_or_freed_is_not_written() -> void:
	var owner := Node.new()
	var gone := Node.new()
	var later: Array[String] = []
	var note := func(what: String) -> Callable: return func(_block: Rect2i) -> void: later.append(what)
	var given_up := PlayloomWriter.write(owner, Rect2i(0, 0, 8, 8), note.call("given up"))
	PlayloomWriter.write(gone, Rect2i(0, 0, 8, 8), note.call("freed"))
	PlayloomWriter.write(owner, Rect2i(0, 0, 8, 8), note.call("clearing"), true)
	PlayloomWriter.write(owner, Rect2i(0, 0, 8, 8), note.call("written"))
	given_up.cancel()
	gone.free()
	await until(func() -> bool: return later.size() >= 2)
	same(later, ["written", "clearing"] as Array[String])
	owner.free()


func test_a_tile_set_of_the_game_is_used_by_its_names() -> void:
	var layer := PlayloomLevelLayer.new()
	layer.generate_on_ready = false
	layer.tile_set = _tile_set(["floor", "wall", "wall/top", "start", "floor", "floor"])
	tree.root.add_child(layer)
	var wide := _level(["floor", "wall", "start", "boss"], Vector2i(40, 20), 0)
	wide.ids[0] = 2
	wide.ids[40] = 1
	wide.ids[80] = 1
	expect(await layer.show_level(wide) == wide, "shown")
	same(layer.get_cell_atlas_coords(Vector2i(0, 1)), Vector2i(2, 0), "a wall above another shows its top")
	same(layer.get_cell_atlas_coords(Vector2i(0, 2)), Vector2i(1, 0))
	var objects: TileMapLayer = layer.get_node("Objects")
	same(objects.get_used_cells(), [Vector2i.ZERO] as Array[Vector2i])
	expect(layer.get_cell_source_id(Vector2i.ZERO) >= 0, "there is ground under the start")
	var variants: Dictionary[Vector2i, int] = {}
	for cell in layer.get_used_cells():
		variants[layer.get_cell_atlas_coords(cell)] = 1
	same(variants.size(), 5, "three floors and two walls")
	var told: Array[String] = []
	layer.failed.connect(func(message: String) -> void: told.append(message))
	wide.ids[5] = 3
	expect(await layer.show_level(wide) == null, "refused")
	expect(told[0].contains("boss"), told[0])
	layer.tile_set = TileSet.new()
	expect(await layer.show_level(wide) == null, "refused")
	expect(told[1].contains('custom data layer "playloom"'), told[1])
	layer.free()


func test_our_own_tiles_block_carry_and_let_through() -> void:
	var seen := 0
	for theme: String in ["platformer", "metroidvania", "dungeon", "cave", "maze", "overworld", "sokoban"]:
		var tile_set: TileSet = load("res://addons/playloom/runtime/tiles/%s.tres" % theme)
		var source := tile_set.get_source(0) as TileSetAtlasSource
		expect(source.texture != null, "a picture")
		for number in source.get_tiles_count():
			var data := source.get_tile_data(source.get_tile_id(number), 0)
			var name: String = data.get_custom_data("playloom")
			var blocks := data.get_collision_polygons_count(0) > 0
			match data.get_custom_data("passability"):
				"solid", "liquid":
					expect(blocks and not data.is_collision_polygon_one_way(0, 0), name)
				"one-way":
					expect(blocks and data.is_collision_polygon_one_way(0, 0), name)
					seen += 1
				_:
					expect(not blocks, name)
	same(seen, 2, "one-way platforms")


func test_without_the_plugin_nodes_say_what_to_do() -> void:
	var told: Array[String] = []
	var layer := PlayloomLevelLayer.new()
	layer.failed.connect(func(message: String) -> void: told.append(message))
	expect(await layer.generate() == null, "nothing")
	same(told.size(), 1)
	expect(told[0].contains("enable the plugin"), told[0])
	layer.free()


func _level(tiles: Array, size: Vector2i, fill: int) -> PlayloomLevel:
	var level := PlayloomLevel.new()
	level.size = size
	level.tiles = PackedStringArray(tiles)
	level.ids.resize(size.x * size.y)
	level.ids.fill(fill)
	return level


func _tile_set(names: Array) -> TileSet:
	var tile_set := TileSet.new()
	tile_set.add_custom_data_layer()
	tile_set.set_custom_data_layer_name(0, "playloom")
	tile_set.set_custom_data_layer_type(0, TYPE_STRING)
	var source := TileSetAtlasSource.new()
	source.texture = ImageTexture.create_from_image(Image.create(16 * names.size(), 16, false, Image.FORMAT_RGBA8))
	source.texture_region_size = SOURCE
	tile_set.add_source(source)
	for number in names.size():
		source.create_tile(Vector2i(number, 0))
		source.get_tile_data(Vector2i(number, 0), 0).set_custom_data("playloom", names[number])
	return tile_set
