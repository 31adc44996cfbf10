@tool
class_name PlayloomWriter
extends RefCounted
## Fills [TileMapLayer]s a few blocks a frame: one queue and one budget for all layers of the game.
##
## A layer's own work after a change is done for whole quadrants, at the end of the frame; one large
## change costs many frames' time. So small aligned blocks are written and finished one by one, as
## long as the budget of the frame lasts. What a block costs is measured as it goes.

## The side of a block in cells, and of the quadrants in which [PlayloomLevelLayer] joins collisions.
const BLOCK := 8
## The side of the quadrants in which it draws: an update of a layer sorts all that it has, so that
## with few of them it costs less than with quadrants of one block.
const QUADRANT := 16
## The side of all quadrants of a layer where few cells are set, such as that of the objects.
const SPARSE_QUADRANT := 32
const _DEBT_HIGH := 2.0  # budgets; one slow frame must not stop the writing for long
const _RESTS_HIGH := 2  # frames in a row that others may take the budget of

const _SHARED := &"playloom_writer"  # metadata of the tree, which frees it before scripts go

## Milliseconds a frame that writing may cost; raise it while a loading screen is shown.
static var budget_milliseconds: float = 1.0

var _tasks: Array[Task] = []
var _later: Array[Task] = []
var _running: bool = false
var _expected: float = 0.5  # milliseconds of a block
var _debt: float = 0.0
var _charged: float = 0.0  # milliseconds
var _charged_in: int = -1  # frame
var _rests: int = 0


## A region that is to be written, block by block.
class Task:
	extends RefCounted
	## A block is written; the share of them that are, 0 to 1.
	signal advanced(fraction: float)
	## It is over: every block is written, or it was cancelled.
	signal ended(written: bool)

	## Whether there are blocks to write.
	var is_open: bool = true
	var _owner: Node = null
	var _step: Callable = Callable()
	var _blocks: Array[Rect2i] = []
	var _next: int = 0

	## Gives up what is not yet written.
	func cancel() -> void:
		_end(false)

	func _end(written: bool) -> void:
		if is_open:
			is_open = false
			ended.emit(written)


## Queues a region of cells. [param step] gets one block after another, as a [Rect2i] of cells, and
## must leave its layers updated ([method TileMapLayer.update_internals]). Nothing more happens once
## [param owner] is freed. What is [param later] waits for everything that is not, such as clearing
## cells that nobody sees.
static func write(owner: Node, region: Rect2i, step: Callable, later: bool = false) -> Task:
	var task := Task.new()
	task._owner = owner
	task._step = step
	task._blocks = _cut(region)
	_shared()._add(task, later)
	return task


## Takes milliseconds from the budget of this frame: somebody else has worked for as long. The
## autoload does so for the messages that it took.
static func charge(milliseconds: float) -> void:
	var writer := _shared()
	var frame := Engine.get_process_frames()
	writer._charged = milliseconds + (writer._charged if writer._charged_in == frame else 0.0)
	writer._charged_in = frame


## How many blocks wait to be written.
static func waiting() -> int:
	var blocks := 0
	for task: Task in _shared()._tasks + _shared()._later:
		blocks += task._blocks.size() - task._next if task.is_open else 0
	return blocks


static func _cut(region: Rect2i) -> Array[Rect2i]:
	var blocks: Array[Rect2i] = []
	var first := Vector2i((Vector2(region.position) / BLOCK).floor())
	var last := Vector2i((Vector2(region.end - Vector2i.ONE) / BLOCK).floor())
	for y in range(first.y, last.y + 1):
		for x in range(first.x, last.x + 1):
			blocks.append(Rect2i(x * BLOCK, y * BLOCK, BLOCK, BLOCK).intersection(region))
	return blocks


static func _shared() -> PlayloomWriter:
	var tree := Engine.get_main_loop()
	if not tree.has_meta(_SHARED):
		tree.set_meta(_SHARED, PlayloomWriter.new())
	return tree.get_meta(_SHARED)


func _add(task: Task, later: bool) -> void:
	(_later if later else _tasks).append(task)
	if not _running:
		_running = true
		(Engine.get_main_loop() as SceneTree).process_frame.connect(_run)


func _run() -> void:
	var is_charged := _charged_in == Engine.get_process_frames() and _charged > budget_milliseconds / 2.0
	if is_charged and _rests < _RESTS_HIGH:
		_rests += 1
		return
	_rests = 0
	var left := budget_milliseconds - _debt
	_debt = maxf(0.0, -left)
	while left > 0.0:
		var task := _current()
		if task == null:
			_running = false
			_debt = 0.0
			(Engine.get_main_loop() as SceneTree).process_frame.disconnect(_run)
			return
		if _expected > left and left < budget_milliseconds:
			return
		var began := Time.get_ticks_usec()
		task._step.call(task._blocks[task._next])
		task._next += 1
		task.advanced.emit(float(task._next) / task._blocks.size())
		if task._next >= task._blocks.size():
			task._end(true)
		var cost := (Time.get_ticks_usec() - began) / 1000.0
		_expected = lerpf(_expected, cost, 0.5 if cost > _expected else 0.02)
		left -= cost
	_debt = minf(-left, _DEBT_HIGH * budget_milliseconds)


## The first task that still has something to do.
func _current() -> Task:
	for queue: Array[Task] in [_tasks, _later]:
		while not queue.is_empty():
			var task := queue[0]
			if task.is_open and is_instance_valid(task._owner):
				return task
			queue.pop_front()
	return null
