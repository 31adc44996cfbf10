@tool
extends SubViewportContainer
## Shows a level as a whole, with its tiles.

const LevelTiles := preload("level_tiles.gd")

var _port := SubViewport.new()
var _world: Node2D = null
var _tiles: LevelTiles = null
var _pixels := Vector2.ONE
var _painting := false


func _init() -> void:
	stretch = true
	_port.transparent_bg = true
	_port.disable_3d = true
	_port.handle_input_locally = false
	mouse_filter = Control.MOUSE_FILTER_IGNORE
	add_child(_port)
	resized.connect(_fit)


func _process(_delta: float) -> void:
	if _painting and _tiles.paint(6):
		_painting = false
	set_process(_painting)


## Shows a level; its tiles come within some frames. Returns what is wrong, or an empty text.
func show_level(level: PlayloomLevel) -> String:
	clear()
	_tiles = LevelTiles.new(level, null)
	if _tiles.fault != "":
		_tiles.free_layers()
		return _tiles.fault
	_world = Node2D.new()
	for layer: TileMapLayer in [_tiles.ground, _tiles.objects]:
		layer.collision_enabled = false
		layer.navigation_enabled = false
		_world.add_child(layer)
	_port.add_child(_world)
	_pixels = Vector2(level.size * _tiles.ground.tile_set.tile_size)
	_fit()
	_painting = true
	set_process(true)
	return ""


## Shows nothing.
func clear() -> void:
	if _world != null:
		_world.free()
		_world = null
	_painting = false


## Whether all of it is painted.
func is_done() -> bool:
	return _world != null and not _painting


func _fit() -> void:
	if _world == null or size.x < 1.0 or size.y < 1.0:
		return
	var zoom := minf(size.x / _pixels.x, size.y / _pixels.y)
	if zoom >= 1.0:
		zoom = floorf(zoom)
	var filter := TEXTURE_FILTER_NEAREST if zoom >= 1.0 else TEXTURE_FILTER_LINEAR
	for layer: TileMapLayer in [_tiles.ground, _tiles.objects]:
		layer.texture_filter = filter
	_world.scale = Vector2.ONE * zoom
	_world.position.x = floorf((size.x - _pixels.x * zoom) / 2.0)
