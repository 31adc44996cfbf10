extends SceneTree
## Loads a level's scene and prints what Godot sees in it, as one JSON line after "INSPECTED ".
##
## Arguments after "--": the scene, then cells as "x,y" whose tile data is wanted.


func _init() -> void:
	var arguments: PackedStringArray = OS.get_cmdline_user_args()
	var packed: PackedScene = load(arguments[0])
	if packed == null:
		printerr("the scene does not load")
		quit(1)
		return
	var root: Node2D = packed.instantiate()
	var seen: Dictionary = {
		"root": str(root.name),
		"children": root.get_children().map(func(child: Node) -> String: return str(child.name)),
		"evidence": JSON.parse_string(root.get_meta("playloom_evidence", "null")),
		"layers": {},
		"positions": {},
		"line": null,
	}
	for child: Node in root.get_children():
		if child is TileMapLayer:
			seen["layers"][str(child.name)] = _layer(child, arguments.slice(1))
		elif child is Marker2D:
			seen["positions"][str(child.name)] = [child.position.x, child.position.y]
		elif child is Line2D:
			seen["line"] = {"points": child.points.size(), "visible": child.visible}
	print("INSPECTED ", JSON.stringify(seen))
	root.free()
	quit()


func _layer(layer: TileMapLayer, wanted: PackedStringArray) -> Dictionary:
	var counts: Dictionary = {}
	for cell: Vector2i in layer.get_used_cells():
		var key: String = _key(layer, cell)
		counts[key] = counts.get(key, 0) + 1
	var looked_at: Dictionary = {}
	for text: String in wanted:
		var cell: Vector2i = Vector2i(int(text.get_slice(",", 0)), int(text.get_slice(",", 1)))
		looked_at[text] = _tile(layer.get_cell_tile_data(cell))
	var atlas: TileSetAtlasSource = layer.tile_set.get_source(layer.tile_set.get_source_id(0))
	return {
		"cells": layer.get_used_cells().size(),
		"counts": counts,
		"tiles": looked_at,
		"texture": [atlas.texture.get_width(), atlas.texture.get_height()],
	}


## Names a cell's tile: its custom data "name" where the TileSet has such, else its place.
func _key(layer: TileMapLayer, cell: Vector2i) -> String:
	if layer.tile_set.has_custom_data_layer_by_name("name"):
		return layer.get_cell_tile_data(cell).get_custom_data("name")
	var place: Vector2i = layer.get_cell_atlas_coords(cell)
	return "%d,%d,%d" % [layer.get_cell_source_id(cell), place.x, place.y]


func _tile(data: TileData) -> Variant:
	if data == null:
		return null
	var tile: Dictionary = {"polygons": data.get_collision_polygons_count(0)}
	for field: String in ["name", "role", "passability", "tier"]:
		if data.has_custom_data(field):
			tile[field] = data.get_custom_data(field)
	return tile
