@tool
@icon("level_layer.svg")
class_name PlayloomLevelLayer
extends TileMapLayer
## A [TileMapLayer] that fills itself: with one level, or, [member endless], with chunks around a
## [member target].
##
## [codeblock]
## layer.theme = "cave"
## layer.seed_number = 7
## var level := await layer.generate()
## player.position = layer.map_to_local(level.start)
## [/codeblock]
## Without a [member TileMapLayer.tile_set] it shows the theme with tiles of Playloom's own. A tile
## set of yours needs a custom data layer "playloom" with the tiles' names; see
## [PlayloomTilePlaces]. Writing the tiles costs at most [member PlayloomWriter.budget_milliseconds]
## a frame, however many layers there are.

## A level is made and all its tiles are shown.
signal generated(level: PlayloomLevel)
## Nothing could be made, or the tile set lacks tiles; says what to do.
signal failed(message: String)
## How far the level is: half of it is making, half is writing, 0 to 1.
signal progressed(fraction: float)
## [member endless]: a chunk is made; its tiles follow within some frames.
signal chunk_loaded(chunk: Vector2i, level: PlayloomLevel)
## [member endless]: a chunk is too far away and its tiles go.
signal chunk_unloaded(chunk: Vector2i)

const _AHEAD_HIGH := 0.6  # of the reach: the target itself must stay within it

@export_group("Request")
## One of the themes of the installed packages.
@export_placeholder("dungeon, cave, maze, overworld, platformer, metroidvania, sokoban") var theme: String = "dungeon"
## One of the theme's styles, such as [code]lava[/code]; empty: the seed decides.
@export var style: String = ""
## Width and height in cells, 8 to 1024.
@export var size: Vector2i = Vector2i(32, 32)
## The same seed gives the same level.
@export_range(0, 1000000, 1, "or_greater") var seed_number: int = 0
## What the level is held to: a number, or two of which one may be null, such as
## [code]{"enemies": 6, "keys": [1, 2]}[/code]. Endless: enemies, common, strong, bosses, treasure
## and people.
@export var controls: Dictionary = {}
## A package of your own; empty: the one that has the theme.
@export var package: String = ""
## Whether it fills itself as soon as it is in the scene.
@export var generate_on_ready: bool = true
## Whether keys, enemies and other things are drawn, on a layer of their own above. Turn it off
## where the game puts its own nodes there.
@export var show_objects: bool = true

@export_group("Endless")
## Streams a world without end instead of one level; themes seen from above.
@export var endless: bool = false
## The world is loaded around it, such as the player or the camera.
@export var target: Node2D = null
## Width and height of a chunk in cells, 16 to 128.
@export var chunk_size: Vector2i = Vector2i(32, 32)
## Everything within this many cells of the target is loaded: half of the view, and what it takes to
## load ahead.
@export_range(8, 256) var reach: int = 40
## Loads as if the target were already where it will be after this many seconds at its speed of now;
## after more of them where chunks take longer.
@export_range(0.0, 5.0) var look_ahead_seconds: float = 1.0
## Chunks that are made at the same time.
@export_range(1, 8) var chunks_at_once: int = 2

## The level that is shown; null while there is none, and when [member endless].
var level: PlayloomLevel = null
## Asked for content instead of the autoload.
var service: Node = null

var _painter := PlayloomLevelPainter.new(self)
var _job: PlayloomJob = null
var _stream: PlayloomChunkStream = null
var _before := Vector2.ZERO
var _speed := Vector2.ZERO
var _left_streaming: bool = false


func _init() -> void:
	texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	rendering_quadrant_size = PlayloomWriter.QUADRANT
	set(&"physics_quadrant_size", PlayloomWriter.BLOCK)  # Godot 4.5 and newer


func _ready() -> void:
	if generate_on_ready and not Engine.is_editor_hint():
		generate()


func _process(delta: float) -> void:
	if _stream == null:
		return
	if is_instance_valid(target):
		var place := to_local(target.global_position)
		if delta > 0.0:
			_speed = _speed.lerp((place - _before) / delta, minf(1.0, 4.0 * delta))
		_before = place
		var ahead := _speed * maxf(look_ahead_seconds, _stream.answer_seconds)
		var far := Vector2(tile_set.tile_size) * reach * _AHEAD_HIGH
		_stream.move_to(local_to_map(place + ahead.clamp(-far, far)), delta)
	elif target == null:
		_stream.move_to(Vector2i.ZERO, delta)


func _enter_tree() -> void:
	if _left_streaming:
		generate.call_deferred()
	_left_streaming = false


func _exit_tree() -> void:
	_left_streaming = _stream != null
	cancel()


## Makes a level and shows it; what was shown goes. Returns it once all its tiles are there, or null
## if it failed or [method cancel] came first. [member endless]: begins to stream and returns null
## at once.
func generate() -> PlayloomLevel:
	cancel()
	if endless:
		_begin_stream()
		return null
	var job := _ask("level", {"size": size})
	_job = job
	job.progressed.connect(func(fraction: float) -> void: progressed.emit(fraction / 2.0))
	var reply := await job.completed()
	if _job != job:
		return null
	_job = null
	var made := PlayloomLevel.from_reply(reply)
	if made == null:
		failed.emit(reply.error_message)
		return null
	return await show_level(made)


## Shows a level that was made before; what was shown goes. Returns it once all its tiles are there,
## or null if the tile set lacks tiles or [method cancel] came first.
func show_level(made: PlayloomLevel) -> PlayloomLevel:
	cancel()
	if not _prepare(made):
		return null
	_painter.clear()
	level = made
	var nothing := func(_cell: Vector2i) -> int: return -1
	var still := func() -> bool: return level == made
	var task := _painter.write(Vector2i.ZERO, made, Vector2i.ZERO, nothing, still)
	task.advanced.connect(_tell_written)
	if not await task.ended:
		return null
	progressed.emit(1.0)
	generated.emit(made)
	return made


## Stops making, streaming and writing. What is written stays.
func cancel() -> void:
	if _job != null:
		var job := _job
		_job = null
		job.cancel()
	if _stream != null:
		_stream.stop()
		_stream = null
	_painter.stop_all()


## The name of the tile at a cell of the level or of a loaded chunk, such as [code]"floor"[/code];
## else empty.
func tile_name_at(cell: Vector2i) -> String:
	if _stream != null:
		return _stream.name_at(cell)
	return "" if level == null else level.name_at(cell)


## The chunks that are loaded now, by their place; chunk (0, 0) begins at cell (0, 0).
func chunks() -> Dictionary[Vector2i, PlayloomLevel]:
	return {} if _stream == null else _stream.levels


## The cell of a chunk's upper left corner.
func first_cell(chunk: Vector2i) -> Vector2i:
	return chunk * (chunk_size if _stream == null else _stream.chunk_size)


## Whether everything around the target is loaded and written.
func is_settled() -> bool:
	return _job == null and PlayloomWriter.waiting() == 0 and (_stream == null or _stream.missing() == 0)


func _begin_stream() -> void:
	var fault := _painter.take_tiles_of(theme)
	if fault != "":
		failed.emit(fault)
		return
	_painter.clear()
	level = null
	_stream = PlayloomChunkStream.new()
	_stream.chunk_size = chunk_size
	_stream.reach = reach
	_stream.at_once = chunks_at_once
	_stream.ask = func(chunk: Vector2i, urgency: int) -> PlayloomJob:
		return _ask("chunk", {"x": chunk.x, "y": chunk.y, "chunk": chunk_size, "priority": urgency})
	_stream.arrived.connect(_take_chunk)
	_stream.left.connect(_drop_chunk)
	_stream.failed.connect(func(message: String) -> void: failed.emit(message))
	_before = to_local(target.global_position) if is_instance_valid(target) else Vector2.ZERO
	_speed = Vector2.ZERO


func _take_chunk(chunk: Vector2i, made: PlayloomLevel) -> void:
	if not _prepare(made):
		_stream.stop()
		_stream = null
		return
	var stream := _stream
	var still := func() -> bool: return stream == _stream and stream.levels.get(chunk) == made
	_painter.write(chunk, made, first_cell(chunk), stream.id_at, still)
	# The last row of the chunk above was painted without knowing what lies below it, and so on.
	if _painter.looks_down():
		_repaint(chunk + Vector2i.UP, chunk_size.y - 1)
	if _painter.looks_up():
		_repaint(chunk + Vector2i.DOWN, 0)
	chunk_loaded.emit(chunk, made)


func _drop_chunk(chunk: Vector2i) -> void:
	_painter.clear_later(chunk, _stream.cells_of(chunk))
	chunk_unloaded.emit(chunk)


func _repaint(chunk: Vector2i, row: int) -> void:
	var stream := _stream
	var there: PlayloomLevel = stream.levels.get(chunk)
	if there != null:
		var still := func() -> bool: return stream == _stream and stream.levels.get(chunk) == there
		_painter.write_row(there, first_cell(chunk), row, stream.id_at, still)


func _prepare(made: PlayloomLevel) -> bool:
	var fault := _painter.prepare(made, show_objects)
	if fault != "":
		failed.emit(fault)
	return fault == ""


func _tell_written(fraction: float) -> void:
	progressed.emit(0.5 + fraction / 2.0)


func _ask(method: String, asked: Dictionary) -> PlayloomJob:
	var request := {"theme": theme, "style": style, "package": package, "seed": seed_number}
	request.merge(controls)
	request.merge(asked, true)
	return PlayloomService.submit(self, service, method, PlayloomService.wishes(request))
