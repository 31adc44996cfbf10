@tool
class_name PlayloomChunkStream
extends RefCounted
## Decides which chunks of an endless level are asked for, kept and let go around a place. It holds
## no tiles.
##
## The nearest missing chunk is asked for first and only few at once, so that little is on its way
## that is no longer wanted; what has become too far is cancelled.

## A chunk has come.
signal arrived(chunk: Vector2i, level: PlayloomLevel)
## A chunk is too far away now.
signal left(chunk: Vector2i)
## A chunk could not be made; it is asked for again after a while.
signal failed(message: String)

const _CHUNKS_HIGH := 400
const _CELLS_HIGH := 1 << 24  # beyond it the floats of positions are too coarse
const _MOVED := 3  # cells, until it is looked again at what is wanted
const _AGAIN_FIRST := 1.0  # seconds
const _AGAIN_HIGH := 30.0

## Width and height of a chunk in cells, 16 to 128.
var chunk_size: Vector2i = Vector2i(32, 32)
## Every chunk with a cell within this many cells of the place is wanted.
var reach: int = 40
## A chunk is let go once it is this many cells beyond the reach.
var slack: int = 16
## Chunks that are on their way at the same time.
var at_once: int = 2
## Asks for a chunk: func(chunk: Vector2i, urgency: int) -> PlayloomJob.
var ask: Callable = Callable()

## The chunks that are here.
var levels: Dictionary[Vector2i, PlayloomLevel] = {}

## How long an answer takes, smoothed: what is to be here in time is asked for that much before.
var answer_seconds: float = 0.0

var _jobs: Dictionary[Vector2i, PlayloomJob] = {}
var _wait: float = 0.0  # seconds until something is asked for again
var _pause: float = _AGAIN_FIRST
var _place := Vector2i(1 << 30, 0)
var _wanted: Array[Vector2i] = []
var _far: Array[Vector2i] = []  # to be let go, one a frame


## Call it every frame with the cell that matters.
func move_to(cell: Vector2i, delta: float) -> void:
	_wait = maxf(0.0, _wait - delta)
	var place := cell.clamp(Vector2i.ONE * -_CELLS_HIGH, Vector2i.ONE * _CELLS_HIGH)
	if absi(place.x - _place.x) > _MOVED or absi(place.y - _place.y) > _MOVED:
		_place = place
		_wanted = _near(place)
		_note_far()
	_let_go()
	if _wait <= 0.0:
		_ask_more()


## Cancels what is on its way and forgets all chunks, without a signal.
func stop() -> void:
	var jobs := _jobs
	_jobs = {}
	for job: PlayloomJob in jobs.values():
		job.cancel()
	levels.clear()
	_wanted.clear()
	_far.clear()
	_place = Vector2i(1 << 30, 0)
	_wait = 0.0
	_pause = _AGAIN_FIRST


## How many chunks are wanted and not here; 1 before the first [method move_to].
func missing() -> int:
	var count := 1 if _wanted.is_empty() else 0
	for chunk in _wanted:
		count += 0 if levels.has(chunk) else 1
	return count


## The cells of a chunk.
func cells_of(chunk: Vector2i) -> Rect2i:
	return Rect2i(chunk * chunk_size, chunk_size)


## The chunk of a cell.
func chunk_of(cell: Vector2i) -> Vector2i:
	return Vector2i((Vector2(cell) / Vector2(chunk_size)).floor())


## The id of the tile at a cell, or -1 where no chunk is here.
func id_at(cell: Vector2i) -> int:
	var chunk := chunk_of(cell)
	var there: PlayloomLevel = levels.get(chunk)
	return -1 if there == null else there.id_at(cell - chunk * chunk_size)


## The name of the tile at a cell; empty where no chunk is here.
func name_at(cell: Vector2i) -> String:
	var chunk := chunk_of(cell)
	var there: PlayloomLevel = levels.get(chunk)
	return "" if there == null else there.name_at(cell - chunk * chunk_size)


func _near(place: Vector2i) -> Array[Vector2i]:
	var pairs: Array[Array] = []  # distance and chunk, which the engine sorts without a call of ours
	var first := chunk_of(place - Vector2i.ONE * reach)
	var last := chunk_of(place + Vector2i.ONE * reach)
	for y in range(first.y, last.y + 1):
		for x in range(first.x, last.x + 1):
			var distance := _distance(Vector2i(x, y), place)
			if distance <= reach:
				pairs.append([distance, Vector2i(x, y)])
	pairs.sort()
	var found: Array[Vector2i] = []
	for pair in pairs.slice(0, _CHUNKS_HIGH):
		found.append(pair[1])
	return found


## Cells from a place to the nearest cell of a chunk.
func _distance(chunk: Vector2i, place: Vector2i) -> float:
	var cells := cells_of(chunk)
	return Vector2(place - place.clamp(cells.position, cells.end - Vector2i.ONE)).length()


func _note_far() -> void:
	for chunk: Vector2i in _jobs.keys():
		if _distance(chunk, _place) > reach + slack:
			var job := _jobs[chunk]
			_jobs.erase(chunk)
			job.cancel()
	_far.clear()
	for chunk: Vector2i in levels:
		if _distance(chunk, _place) > reach + slack:
			_far.append(chunk)


func _let_go() -> void:
	if not _far.is_empty():
		var chunk: Vector2i = _far.pop_back()
		if levels.erase(chunk):
			left.emit(chunk)


func _ask_more() -> void:
	for chunk in _wanted:
		if _jobs.size() >= at_once:
			return
		if not levels.has(chunk) and not _jobs.has(chunk):
			var inside := cells_of(chunk).has_point(_place)
			var job: PlayloomJob = ask.call(chunk, 9 if inside else 6)
			_jobs[chunk] = job
			_take(chunk, job)
			if _wait > 0.0:
				return


func _take(chunk: Vector2i, job: PlayloomJob) -> void:
	var asked := Time.get_ticks_msec()
	var reply := await job.completed()
	answer_seconds = lerpf(answer_seconds, (Time.get_ticks_msec() - asked) / 1000.0, 0.3)
	if _jobs.get(chunk) != job:
		return  # no longer wanted
	_jobs.erase(chunk)
	var level := PlayloomLevel.from_reply(reply)
	if level != null and level.size == chunk_size:
		_pause = _AGAIN_FIRST
		levels[chunk] = level
		arrived.emit(chunk, level)
		return
	_wait = _pause
	_pause = minf(_pause * 2.0, _AGAIN_HIGH)
	var size := "the chunk has another size than was asked for"
	failed.emit(size if level != null else reply.error_message)
