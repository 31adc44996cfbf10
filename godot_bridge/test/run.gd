extends SceneTree
## Runs test scripts in the engine: godot --headless --path godot_bridge -s test/run.gd -- FILE [name=value...]
##
## Ends with 0 where every test passed and there was at least one. Errors of scripts, failed asserts and
## push_error fail the test in which they happen, also where nobody awaits it.

const SECONDS := 240.0  # of one test, unless the option limit says otherwise
const AFTER_ERROR := 3.0  # seconds that a test may go on after an error: a failed assert ends nothing else

var _errors := Errors.new()
var _passed := 0
var _failed := 0


## Keeps what the engine reports as errors.
class Errors:
	extends Logger
	var _mutex := Mutex.new()
	var _found: PackedStringArray = []

	## Returns what was reported since the last call.
	func take() -> PackedStringArray:
		_mutex.lock()
		var found := _found
		_found = PackedStringArray()
		_mutex.unlock()
		return found

	func _log_error(
		_function: String,
		file: String,
		line: int,
		code: String,
		rationale: String,
		_editor_notify: bool,
		error_type: int,
		_backtraces: Array[ScriptBacktrace]
	) -> void:
		if error_type == ERROR_TYPE_WARNING:
			return
		_mutex.lock()
		_found.append("%s:%d: %s %s" % [file, line, code, rationale])
		_mutex.unlock()


func _initialize() -> void:
	OS.add_logger(_errors)
	_run.call_deferred()


func _run() -> void:
	var options: Dictionary[String, String] = {}
	var files: PackedStringArray = []
	for argument in OS.get_cmdline_user_args():
		var parts := argument.split("=", true, 1)
		if parts.size() == 2:
			options[parts[0]] = parts[1]
		else:
			files.append(argument)
	for file in files:
		await _run_file(file, options)
	for error in _errors.take():
		_report("afterwards", [error])
	print("%d passed, %d failed" % [_passed, _failed])
	quit(0 if _failed == 0 and _passed > 0 else 1)


func _run_file(file: String, options: Dictionary[String, String]) -> void:
	var script := load(file) as GDScript
	if script == null or not script.can_instantiate():
		_report(file, _errors.take() + PackedStringArray(["cannot be loaded"]))
		return
	for method in script.get_script_method_list():
		var name: String = method["name"]
		if name.begins_with("test_" + options.get("only", "")):
			await _run_test(script, name, options)


func _run_test(script: GDScript, name: String, options: Dictionary[String, String]) -> void:
	var case: Object = script.new()
	case.set("tree", self)
	case.set("options", options)
	var done: Array[bool] = [false]
	var go := func() -> void:
		await case.call(name)
		done[0] = true
	var begun := Time.get_ticks_msec()
	go.call()
	var found := _errors.take()
	var end := begun + float(options.get("limit", str(SECONDS))) * 1000.0
	while not done[0]:
		if Time.get_ticks_msec() > end:
			found.append("it did not end")
			break
		await process_frame
		found.append_array(_errors.take())
		if not found.is_empty():
			end = minf(end, Time.get_ticks_msec() + AFTER_ERROR * 1000.0)
	await process_frame
	found.append_array(_errors.take())
	found.append_array(case.get("failures") as PackedStringArray)
	if found.is_empty():
		_passed += 1
		print("passed %s (%d ms)" % [name, Time.get_ticks_msec() - begun])
	else:
		_report(name, found)


func _report(name: String, why: PackedStringArray) -> void:
	_failed += 1
	printerr("FAILED %s\n  %s" % [name, "\n  ".join(why)])
