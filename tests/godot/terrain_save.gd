extends SceneTree
## Saves res://cave.tres again as res://saved.tres, with an alternative tile and values that are hard to read.


func _init() -> void:
	var tiles: TileSet = load("res://cave.tres")
	var atlas: TileSetAtlasSource = tiles.get_source(tiles.get_source_id(0))
	atlas.texture = ImageTexture.create_from_image(Image.create(128, 128, false, Image.FORMAT_RGBA8))
	tiles.add_custom_data_layer()
	tiles.set_custom_data_layer_name(0, "a \"quoted\" name\n[x]")
	tiles.set_custom_data_layer_type(0, TYPE_STRING)
	tiles.add_physics_layer()
	atlas.create_alternative_tile(Vector2i(0, 0), 3)
	var data: TileData = atlas.get_tile_data(Vector2i(0, 0), 3)
	data.terrain_set = 0
	data.terrain = 0
	data.probability = 0.5
	data.set_custom_data_by_layer_id(0, "]\n\"[resource]")
	data.add_collision_polygon(0)
	data.set_collision_polygon_points(0, 0, PackedVector2Array([Vector2.ZERO, Vector2(4, 0), Vector2(4, 4)]))
	assert(ResourceSaver.save(tiles, "res://saved.tres") == OK)
	quit()
