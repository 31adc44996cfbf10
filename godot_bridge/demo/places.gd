class_name DemoPlaces
extends RefCounted
## Where the key lies. Each chunk of an endless level has exactly one region of open cells that touches all
## four of its sides, and the regions of neighbours are joined: what lies in one can be reached from the start.

const CHUNK := 24
## Chunks from the first one in which the key may lie.
const AWAY: Array[Vector2i] = [
	Vector2i(2, 0), Vector2i(1, 1), Vector2i(0, 2), Vector2i(-1, 1), Vector2i(-2, 0), Vector2i(-1, -1), Vector2i(1, -1)
]

const _SIDES: Array[Vector2i] = [Vector2i.LEFT, Vector2i.RIGHT, Vector2i.UP, Vector2i.DOWN]
const _ROOM := 3  # cells to the border of the chunk


## A cell of the chunk in the region that all ways lead to, with room around it; the seed decides which.
static func key_cell(level: PlayloomLevel, seed_number: int) -> Vector2i:
	var seen: Dictionary[Vector2i, bool] = {}
	for at in level.ids.size():
		var cell := Vector2i(at % level.size.x, at / level.size.x)
		if not seen.has(cell) and DemoGrid.is_safe_name(level.name_at(cell)):
			var region := _region(level, cell, seen)
			if _touches_all(level, region):
				return _choose(level, region, seed_number)
	return level.size / 2


static func _region(level: PlayloomLevel, from: Vector2i, seen: Dictionary[Vector2i, bool]) -> Array[Vector2i]:
	var found: Array[Vector2i] = [from]
	seen[from] = true
	var next := 0
	while next < found.size():
		for side in _SIDES:
			var cell := found[next] + side
			if not seen.has(cell) and DemoGrid.is_safe_name(level.name_at(cell)):
				seen[cell] = true
				found.append(cell)
		next += 1
	return found


static func _touches_all(level: PlayloomLevel, region: Array[Vector2i]) -> bool:
	var sides: Array[bool] = [false, false, false, false]
	for cell in region:
		sides[0] = sides[0] or cell.x == 0
		sides[1] = sides[1] or cell.x == level.size.x - 1
		sides[2] = sides[2] or cell.y == 0
		sides[3] = sides[3] or cell.y == level.size.y - 1
	return not sides.has(false)


static func _choose(level: PlayloomLevel, region: Array[Vector2i], seed_number: int) -> Vector2i:
	var inner := Rect2i(Vector2i.ZERO, level.size).grow(-_ROOM)
	var best: Array[Vector2i] = []
	var most := -1
	for cell in region:
		if not inner.has_point(cell) or level.name_at(cell) not in ["floor", "path"]:
			continue
		var room := 0
		for y in range(-1, 2):
			for x in range(-1, 2):
				room += 1 if DemoGrid.is_safe_name(level.name_at(cell + Vector2i(x, y))) else 0
		if room > most:
			most = room
			best.clear()
		if room == most:
			best.append(cell)
	return region[region.size() / 2] if best.is_empty() else best[seed_number % best.size()]
