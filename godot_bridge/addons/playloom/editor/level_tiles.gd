@tool
extends RefCounted
## Paints a level on two layers, as much at a time as may be.

const BLOCK := PlayloomWriter.BLOCK
const _OWN := "res://addons/playloom/runtime/tiles/"

## What is wrong; empty where nothing is.
var fault: String = ""
## Walls and floors.
var ground: TileMapLayer = PlayloomLevelLayer.new()
## Keys, enemies and other things that stand on them.
var objects: TileMapLayer = null

var _level: PlayloomLevel = null
var _brush: PlayloomBrush = null
var _next := Vector2i.ZERO


## Prepares it. [param tile_set] null: Playloom's own tiles of the theme.
func _init(level: PlayloomLevel, tile_set: TileSet) -> void:
	_level = level
	ground.tile_set = tile_set
	fault = PlayloomLevelPainter.new(ground).take_tiles_of(level.theme)
	if fault != "":
		return
	objects = objects_layer(ground.tile_set)
	var places := PlayloomTilePlaces.of(ground.tile_set)
	fault = places.fault
	if fault == "":
		_brush = PlayloomBrush.new(ground.tile_set, places, level.tiles)
		var lacking := _brush.lacking(level)
		if not lacking.is_empty():
			fault = "the TileSet has no tile named %s; name one in its custom data" % ", ".join(lacking)


## The tile set of a layer that is the developer's own; null where it is none, or Playloom's.
static func own_set_of(layer: TileMapLayer) -> TileSet:
	if layer == null or layer.tile_set == null or layer.tile_set.resource_path.begins_with(_OWN):
		return null
	return layer.tile_set


## A layer for the things on a [PlayloomLevelLayer], as it makes one itself.
static func objects_layer(tile_set: TileSet) -> TileMapLayer:
	var layer := TileMapLayer.new()
	layer.name = "Objects"
	layer.tile_set = tile_set
	layer.texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	layer.rendering_quadrant_size = PlayloomWriter.SPARSE_QUADRANT
	layer.set(&"physics_quadrant_size", PlayloomWriter.SPARSE_QUADRANT)  # Godot 4.5 and newer
	return layer


## Goes on for some milliseconds. Returns whether all is painted.
func paint(milliseconds: int) -> bool:
	var until := Time.get_ticks_msec() + milliseconds
	var nothing := func(_cell: Vector2i) -> int: return -1
	var whole := Rect2i(Vector2i.ZERO, _level.size)
	while _next.y < _level.size.y:
		var block := Rect2i(_next, Vector2i.ONE * BLOCK).intersection(whole)
		_brush.paint(_level, Vector2i.ZERO, block, ground, objects, nothing)
		_next.x += BLOCK
		if _next.x >= _level.size.x:
			_next = Vector2i(0, _next.y + BLOCK)
		if Time.get_ticks_msec() >= until:
			break
	return _next.y >= _level.size.y


## Frees the layers; for those who have not put them into a tree.
func free_layers() -> void:
	ground.free()
	if objects != null:
		objects.free()
