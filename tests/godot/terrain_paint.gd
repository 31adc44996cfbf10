extends SceneTree
## Paints terrains with the engine's own brush and prints them beside those of a scene, after "PAINTED ".
##
## Arguments after "--": a JSON file with tileset, scene, border (cells painted beyond the map), and
## strokes: lists of [terrain, [[x, y], ...]] in the order in which they are painted.


func _init() -> void:
	var asked: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(OS.get_cmdline_user_args()[0]))
	var painted: TileMapLayer = TileMapLayer.new()
	painted.tile_set = load(asked["tileset"])
	for stroke: Array in asked["strokes"]:
		var cells: Array[Vector2i] = []
		for cell: Array in stroke[1]:
			cells.append(Vector2i(int(cell[0]), int(cell[1])))
		painted.set_cells_terrain_connect(cells, 0, int(stroke[0]))
	var root: Node2D = (load(asked["scene"]) as PackedScene).instantiate()
	var ours: TileMapLayer = root.get_node("Terrain")
	var seen: Dictionary = {"painted": _patterns(painted), "ours": _patterns(ours)}
	print("PAINTED ", JSON.stringify(seen))
	painted.free()
	root.free()
	quit()


## Returns centre and peering bits of each cell by "x,y".
func _patterns(layer: TileMapLayer) -> Dictionary:
	var patterns: Dictionary = {}
	for cell: Vector2i in layer.get_used_cells():
		var data: TileData = layer.get_cell_tile_data(cell)
		var pattern: Array[int] = [data.terrain]
		for bit: int in [12, 15, 0, 3, 4, 7, 8, 11]:
			var neighbour: TileSet.CellNeighbor = bit as TileSet.CellNeighbor
			pattern.append(data.get_terrain_peering_bit(neighbour) if data.is_valid_terrain_peering_bit(neighbour) else -1)
		patterns["%d,%d" % [cell.x, cell.y]] = pattern
	return patterns
