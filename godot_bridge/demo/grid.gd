class_name DemoGrid
extends RefCounted
## What can be walked on: the streamed level as a grid of cells. What is not there yet is shut.

const CELL := 16
const _SHUT: PackedStringArray = ["", "void", "wall", "water", "tree", "crate"]
const _HARM: PackedStringArray = ["lava", "trap"]
const _REGION := Rect2i(-240, -240, 480, 480)  # cells in which ways are looked for
const _STEP := 4.0  # pixels that something may move at once

var _layer: PlayloomLevelLayer = null
var _ways := AStarGrid2D.new()
var _open: Dictionary[PackedStringArray, PackedByteArray] = {}


func _init(layer: PlayloomLevelLayer) -> void:
	_layer = layer
	_ways.region = _REGION
	_ways.diagonal_mode = AStarGrid2D.DIAGONAL_MODE_NEVER
	_ways.update()
	_ways.fill_solid_region(_REGION)


## The cell at a place.
static func cell_at(place: Vector2) -> Vector2i:
	return Vector2i((place / CELL).floor())


## The middle of a cell.
static func middle(cell: Vector2i) -> Vector2:
	return (Vector2(cell) + Vector2(0.5, 0.5)) * CELL


## Whether the name of a tile is one to walk on unhurt.
static func is_safe_name(name: String) -> bool:
	return name not in _SHUT and name not in _HARM


## Whether somebody may stand in a cell.
func is_open(cell: Vector2i) -> bool:
	return _layer.tile_name_at(cell) not in _SHUT


## Whether a cell hurts.
func harms(cell: Vector2i) -> bool:
	return _layer.tile_name_at(cell) in _HARM


## Whether a cell is open and does not hurt.
func is_safe(cell: Vector2i) -> bool:
	return is_safe_name(_layer.tile_name_at(cell))


## Takes a chunk that has come into the ways.
func take(origin: Vector2i, level: PlayloomLevel) -> void:
	if not _REGION.encloses(Rect2i(origin, level.size)):
		return
	var safe := PackedByteArray()
	for name in level.tiles:
		safe.append(1 if is_safe_name(name) else 0)
	for at in level.ids.size():
		if safe[level.ids[at]]:
			_ways.set_point_solid(origin + Vector2i(at % level.size.x, at / level.size.x), false)


## The cells from one to another on safe ground, or to the nearest that can be reached of those that are here.
func way(from: Vector2i, to: Vector2i) -> Array[Vector2i]:
	if not _REGION.has_point(from) or not _REGION.has_point(to):
		return []
	return _ways.get_id_path(from, to, true)


## Where something with this half size gets to; it slides along what is shut.
func slide(place: Vector2, motion: Vector2, half: Vector2, only_safe: bool = false) -> Vector2:
	var steps := maxi(1, ceili(motion.length() / _STEP))
	for step in steps:
		var part := motion / steps
		for axis: Vector2 in [Vector2(part.x, 0.0), Vector2(0.0, part.y)]:
			if _fits(place + axis, half, only_safe):
				place += axis
	return place


func _fits(place: Vector2, half: Vector2, only_safe: bool) -> bool:
	for corner: Vector2 in [Vector2(-1, -1), Vector2(1, -1), Vector2(-1, 1), Vector2(1, 1)]:
		var cell := cell_at(place + corner * half)
		if not (is_safe(cell) if only_safe else is_open(cell)):
			return false
	return true
