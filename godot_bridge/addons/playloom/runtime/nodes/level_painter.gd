@tool
class_name PlayloomLevelPainter
extends RefCounted
## Shows levels on a [TileMapLayer] and, above it, on one for things, through [PlayloomWriter].

const _OWN_TILES := "res://addons/playloom/runtime/tiles/%s.tres"
const _OBJECTS := "Objects"

## The layer of the things that stand on the ground; null where they are not shown.
var objects: TileMapLayer = null

var _ground: TileMapLayer = null
var _brush: PlayloomBrush = null
var _tasks: Dictionary[Vector2i, PlayloomWriter.Task] = {}
var _own_tiles_of: String = ""


## Paints on a layer.
func _init(ground: TileMapLayer) -> void:
	_ground = ground


## Takes Playloom's own tiles of a theme unless the layer has others. Returns what is wrong, or an
## empty text.
func take_tiles_of(theme: String) -> String:
	if _ground.tile_set == null or (_own_tiles_of != "" and _own_tiles_of != theme):
		if not ResourceLoader.exists(_OWN_TILES % theme):
			return "theme %s has no tiles of its own; set tile_set" % theme
		_ground.tile_set = load(_OWN_TILES % theme)
		_own_tiles_of = theme
	return ""


## Sees that there is a tile for everything in a level. Returns what is wrong, or an empty text.
func prepare(level: PlayloomLevel, with_objects: bool) -> String:
	var fault := take_tiles_of(level.theme)
	if fault != "":
		return fault
	if _brush == null or not _brush.suits(_ground.tile_set, level.tiles):
		var places := PlayloomTilePlaces.of(_ground.tile_set)
		if places.fault != "":
			return places.fault
		_brush = PlayloomBrush.new(_ground.tile_set, places, level.tiles)
		objects = _objects_layer() if with_objects else null
	var lacking := _brush.lacking(level)
	if not lacking.is_empty():
		var names := ", ".join(lacking)
		return "tile_set has no tile named %s; name one in its custom data" % names
	return ""


## Whether what lies below a level changes its last row, and what lies above it its first.
func looks_down() -> bool:
	return _brush != null and _brush.looks_down


func looks_up() -> bool:
	return _brush != null and _brush.looks_up


## Writes cells of a level whose upper left corner is at the cell [param origin]. [param beyond] is
## that of [method PlayloomBrush.paint]; [param still] says whether it is still to be shown.
func write(
	place: Vector2i, level: PlayloomLevel, origin: Vector2i, beyond: Callable, still: Callable
) -> PlayloomWriter.Task:
	stop(place)
	var cells := Rect2i(origin, level.size)
	return _keep(place, PlayloomWriter.write(_ground, cells, _step(level, origin, beyond, still)))


## Writes one row of a level again, whose neighbour has come.
func write_row(level: PlayloomLevel, origin: Vector2i, row: int, beyond: Callable, still: Callable) -> void:
	var cells := Rect2i(origin + Vector2i(0, row), Vector2i(level.size.x, 1))
	PlayloomWriter.write(_ground, cells, _step(level, origin, beyond, still))


## Clears cells, after everything that is to be seen is written.
func clear_later(place: Vector2i, cells: Rect2i) -> void:
	stop(place)
	var step := func(block: Rect2i) -> void: _brush.clear(block, _ground, objects)
	_keep(place, PlayloomWriter.write(_ground, cells, step, true))


## Clears everything at once.
func clear() -> void:
	_ground.clear()
	if objects != null:
		objects.clear()


## Gives up what is not yet written at a place.
func stop(place: Vector2i) -> void:
	if _tasks.has(place):
		_tasks[place].cancel()


## Gives up everything that is not yet written.
func stop_all() -> void:
	for place: Vector2i in _tasks.keys():
		stop(place)
	_tasks.clear()


func _keep(place: Vector2i, task: PlayloomWriter.Task) -> PlayloomWriter.Task:
	for other: Vector2i in _tasks.keys():
		if not _tasks[other].is_open:
			_tasks.erase(other)
	_tasks[place] = task
	return task


func _step(level: PlayloomLevel, origin: Vector2i, beyond: Callable, still: Callable) -> Callable:
	return func(block: Rect2i) -> void:
		if still.call():
			_brush.paint(level, origin, block, _ground, objects, beyond)


func _objects_layer() -> TileMapLayer:
	var layer := _ground.get_node_or_null(NodePath(_OBJECTS)) as TileMapLayer
	if layer == null:
		layer = TileMapLayer.new()
		layer.name = _OBJECTS
		_ground.add_child(layer)
		if Engine.is_editor_hint():
			layer.owner = _ground.owner if _ground.owner != null else _ground
	layer.tile_set = _ground.tile_set
	layer.rendering_quadrant_size = PlayloomWriter.SPARSE_QUADRANT
	layer.set(&"physics_quadrant_size", PlayloomWriter.SPARSE_QUADRANT)  # Godot 4.5 and newer
	return layer
