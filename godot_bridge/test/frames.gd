extends SceneTree
## Measures frames while an endless world streams in: godot --headless --path godot_bridge -s
## test/frames.gd -- port=N token=T idle=SECONDS seconds=SECONDS speed=TILES out=FILE
##
## A frame's computing is the main thread's own processor time, as Linux counts it, so that other
## programs on the machine do not count; beside it stands the time on the clock.

const Playloom := preload("res://addons/playloom/runtime/playloom.gd")
const CLOCK := "/proc/thread-self/schedstat"  # its first number: nanoseconds on a processor

var _options: Dictionary[String, String] = {}
var _layer := PlayloomLevelLayer.new()
var _target := CharacterBody2D.new()
var _loaded: int = 0
var _let_go: int = 0


func _initialize() -> void:
	for argument in OS.get_cmdline_user_args():
		_options[argument.get_slice("=", 0)] = argument.get_slice("=", 1)
	Engine.max_fps = 60
	_run.call_deferred()


func _run() -> void:
	var service := Playloom.new()
	root.add_child(service)
	if not await service.attach(int(_options["port"]), _options["token"]):
		printerr("frames: no server let us in")
		quit(1)
		return
	_build(service)
	var idle := await _measure(float(_options["idle"]))
	_layer.generate()
	var first_begun := Time.get_ticks_msec()
	while not _layer.is_settled():
		await process_frame
	var first_seconds := (Time.get_ticks_msec() - first_begun) / 1000.0
	var loaded_before := _loaded
	var streaming := await _measure(float(_options["seconds"]))
	var counts := {"loaded": _loaded - loaded_before, "let_go": _let_go, "first_seconds": first_seconds}
	var found := {"idle": idle, "streaming": streaming, "chunks": counts}
	FileAccess.open(_options["out"], FileAccess.WRITE).store_string(JSON.stringify(found))
	service.queue_free()
	quit()


func _build(service: Node) -> void:
	var shape := CollisionShape2D.new()
	shape.shape = RectangleShape2D.new()
	_target.add_child(shape)
	_target.collision_mask = 0  # it flies over the walls, which are there all the same
	root.add_child(_target)
	_layer.service = service
	_layer.theme = "cave"
	_layer.seed_number = 7
	_layer.endless = true
	_layer.target = _target
	_layer.generate_on_ready = false
	_layer.chunk_loaded.connect(func(_chunk: Vector2i, _level: PlayloomLevel) -> void: _loaded += 1)
	_layer.chunk_unloaded.connect(func(_chunk: Vector2i) -> void: _let_go += 1)
	_layer.failed.connect(func(message: String) -> void: printerr("frames: ", message))
	root.add_child(_layer)


## Returns microseconds of every frame: "computing" and "clock".
func _measure(seconds: float) -> Dictionary:
	var computing: Array[float] = []
	var clock: Array[float] = []
	var pixels := float(_options["speed"]) * 16.0
	var end := Time.get_ticks_msec() + seconds * 1000.0
	await process_frame
	var cpu := _computed()
	var now := Time.get_ticks_usec()
	while Time.get_ticks_msec() < end:
		_target.velocity = Vector2(pixels, 0.0).rotated(0.3)
		_target.move_and_slide()
		await process_frame
		var cpu_then := cpu
		var then := now
		cpu = _computed()
		now = Time.get_ticks_usec()
		computing.append((cpu - cpu_then) / 1000.0)
		clock.append(float(now - then))
	return {"computing": computing, "clock": clock}


func _computed() -> int:
	OS.delay_usec(1)  # Linux brings the number up to date when a thread goes to sleep, else at a tick: 4 ms
	return int(FileAccess.open(CLOCK, FileAccess.READ).get_line().get_slice(" ", 0))
