@tool
class_name PlayloomBrush
extends RefCounted
## Paints cells of a level onto a ground layer and, over it, an object layer, with the tiles of a
## [TileSet].
##
## Under an object lies what most of its neighbours are, else the floor; a wall shows its top where
## it goes on below, a body its surface where nothing of it lies above. The rules are those of the
## scenes that [code]playloom level -o level.tscn[/code] writes.

const _EMPTY := Vector2i(-1, -1)
const _NEIGHBOURS: Array[Vector2i] = [
	Vector2i(-1, -1),
	Vector2i(0, -1),
	Vector2i(1, -1),
	Vector2i(-1, 0),
	Vector2i(1, 0),
	Vector2i(-1, 1),
	Vector2i(0, 1),
	Vector2i(1, 1)
]

## Whether what lies beyond a level's lower or upper border changes how its last or first row looks.
var looks_down: bool = false
var looks_up: bool = false

var _tile_set: TileSet = null
var _places: PlayloomTilePlaces = null
var _tiles: PackedStringArray = PackedStringArray()
var _usual: Array[Array] = []  # by id, of PlayloomTilePlaces.Place
var _tops: Array[Array] = []
var _surfaces: Array[Array] = []
var _plain: Array[PlayloomTilePlaces.Place] = []  # by id; null where a cell can look in several ways
var _objects: PackedByteArray = PackedByteArray()
var _floors: PackedInt32Array = PackedInt32Array()
var _floor: int = -1


## Prepares a brush for levels with these tiles.
func _init(tile_set: TileSet, places: PlayloomTilePlaces, tiles: PackedStringArray) -> void:
	_tile_set = tile_set
	_places = places
	_tiles = tiles
	for id in tiles.size():
		var name := tiles[id]
		_usual.append(places.named(name))
		_tops.append(places.named(name + "/top"))
		_surfaces.append(places.named(name + "/surface"))
		looks_down = looks_down or not _tops[id].is_empty()
		looks_up = looks_up or not _surfaces[id].is_empty()
		_objects.append(1 if places.is_object(name) else 0)
		var is_plain := _usual[id].size() == 1 and _tops[id].is_empty() and _surfaces[id].is_empty()
		_plain.append(_usual[id][0] if is_plain and not _objects[id] else null)
		if places.is_floor(name) and not places.is_object(name):
			_floors.append(id)
	_floor = _floors[0] if _floors.size() > 0 else -1


## Whether it paints levels with these tiles from this tile set.
func suits(tile_set: TileSet, tiles: PackedStringArray) -> bool:
	return tile_set == _tile_set and tiles == _tiles


## Names of tiles in a level that the tile set lacks.
func lacking(level: PlayloomLevel) -> PackedStringArray:
	var used := PackedStringArray()
	for id in _tiles.size():
		if level.ids.has(id):
			used.append(_tiles[id])
	return _places.lacking(used)


## Paints the cells of a block. [param origin] is the cell of the level's upper left corner; [param
## beyond] tells the id of a cell outside of the level, or -1: func(cell: Vector2i) -> int. [param
## objects] may be null.
func paint(
	level: PlayloomLevel, origin: Vector2i, block: Rect2i, ground: TileMapLayer, objects: TileMapLayer, beyond: Callable
) -> void:
	var touched := false
	var ids := level.ids
	for y in range(block.position.y, block.end.y):
		var row := (y - origin.y) * level.size.x - origin.x
		for x in range(block.position.x, block.end.x):
			var cell := Vector2i(x, y)
			var id := ids[row + x]
			if objects != null:
				if _objects[id]:
					_put(objects, cell, _usual[id])
					touched = true
				elif objects.get_cell_source_id(cell) >= 0:
					objects.erase_cell(cell)
					touched = true
			var place := _plain[id]
			if place != null:  # most cells: no neighbour has a say, and there is nothing to choose
				ground.set_cell(cell, place.source, place.atlas, place.alternative)
				continue
			var shown := _ground_under(level, origin, cell, beyond) if _objects[id] else id
			_put(ground, cell, _picture(shown, level, origin, cell, beyond))
	ground.update_internals()
	if touched:
		objects.update_internals()


## Clears the cells of a block.
func clear(block: Rect2i, ground: TileMapLayer, objects: TileMapLayer) -> void:
	var touched := false
	for y in range(block.position.y, block.end.y):
		for x in range(block.position.x, block.end.x):
			var cell := Vector2i(x, y)
			ground.erase_cell(cell)
			if objects != null and objects.get_cell_source_id(cell) >= 0:
				objects.erase_cell(cell)
				touched = true
	ground.update_internals()
	if touched:
		objects.update_internals()


func _picture(id: int, level: PlayloomLevel, origin: Vector2i, cell: Vector2i, beyond: Callable) -> Array:
	if id < 0:
		return []
	if not _tops[id].is_empty():
		var row := cell.y - origin.y + 1
		if row > 0 and row < level.size.y and level.ids[row * level.size.x + cell.x - origin.x] == id:
			return _tops[id]  # most walls, without a call
		var below := _id(level, origin, cell + Vector2i.DOWN, beyond)
		return _tops[id] if below == id or below < 0 else _usual[id]
	if not _surfaces[id].is_empty():
		var above := _id(level, origin, cell + Vector2i.UP, beyond)
		return _surfaces[id] if above != id and above >= 0 else _usual[id]
	return _usual[id]


## The id of the floor that most neighbours are; those at the four sides count twice.
func _ground_under(level: PlayloomLevel, origin: Vector2i, cell: Vector2i, beyond: Callable) -> int:
	var best := _floor
	var most := 0
	var votes: Dictionary[int, int] = {}
	for step in _NEIGHBOURS:
		var id := _id(level, origin, cell + step, beyond)
		votes[id] = votes.get(id, 0) + (2 if step.x == 0 or step.y == 0 else 1)
	for id in _floors:
		if votes.get(id, 0) > most:
			most = votes[id]
			best = id
	return best


func _id(level: PlayloomLevel, origin: Vector2i, cell: Vector2i, beyond: Callable) -> int:
	var id := level.id_at(cell - origin)
	return id if id >= 0 else int(beyond.call(cell))


## Sets one of the variants; the cell decides which, so that it looks the same each time.
static func _put(layer: TileMapLayer, cell: Vector2i, variants: Array) -> void:
	if variants.is_empty():
		layer.erase_cell(cell)
		return
	var place: PlayloomTilePlaces.Place = variants[0]
	if variants.size() > 1:
		var total := 0.0
		for one: PlayloomTilePlaces.Place in variants:
			total += one.weight
		var at := (absi(hash(cell)) % 65536) / 65536.0 * total
		for one: PlayloomTilePlaces.Place in variants:
			place = one
			at -= one.weight
			if at < 0.0:
				break
	layer.set_cell(cell, place.source, place.atlas, place.alternative)
