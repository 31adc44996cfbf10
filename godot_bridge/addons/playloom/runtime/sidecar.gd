@tool
class_name PlayloomSidecar
extends RefCounted
## A server that this game starts: a process that ends with the game, also when the game crashes.

enum State { STARTING, READY, ENDED }

## Where [code]playloom bundle[/code] puts the sidecar, beside an exported game.
const BUNDLED := "playloom-sidecar"

const _LINE_HIGH := 4096
const _SAID_HIGH := 2000  # bytes kept of what it complains about

var state := State.ENDED
var port := 0
var token: String = Crypto.new().generate_random_bytes(32).hex_encode()
## Why it could not start, or what it said when it ended.
var why: String = ""
var pid := -1

var _executable: String
var _stdio: FileAccess = null
var _stderr: FileAccess = null
var _line := PackedByteArray()
var _said := PackedByteArray()
var _give_up_at := 0  # milliseconds


## Returns the program to start, or an empty text; [param looked] is told every place.
static func find(looked: PackedStringArray) -> String:
	var name := "playloom.exe" if OS.get_name() == "Windows" else "playloom"
	var scripts := "Scripts" if OS.get_name() == "Windows" else "bin"
	var beside := OS.get_executable_path().get_base_dir()
	var places := PackedStringArray([beside.path_join(BUNDLED).path_join(name)])
	var chosen: String = PlayloomSettings.get_value(PlayloomSettings.EXECUTABLE)
	if chosen != "":
		places.append(ProjectSettings.globalize_path(chosen))
	if OS.has_feature("editor"):
		var project := ProjectSettings.globalize_path("res://").trim_suffix("/")
		for folder: String in [project, project.get_base_dir()]:
			places.append(folder.path_join(".venv").path_join(scripts).path_join(name))
	var separator := ";" if OS.get_name() == "Windows" else ":"
	for folder in OS.get_environment("PATH").split(separator, false):
		places.append(folder.path_join(name))
	for place in places:
		looked.append(place)
		if FileAccess.file_exists(place):
			return place
	return ""


## Starts a server; [method poll] tells when it listens.
func launch(executable: String, arguments: PackedStringArray, seconds: float) -> void:
	_executable = executable
	_give_up_at = Time.get_ticks_msec() + int(seconds * 1000.0)
	var all := PackedStringArray(["serve", "--token-stdin", "--parent-stdin"])
	all.append_array(arguments)
	var process := OS.execute_with_pipe(executable, all, false)
	if process.is_empty():
		why = "%s cannot be started" % executable
		return
	_stdio = process["stdio"]
	_stderr = process["stderr"]
	pid = process["pid"]
	state = State.STARTING
	_stdio.store_line(token)
	_stdio.flush()


## Reads what the process says. Called every frame.
func poll() -> void:
	if state == State.ENDED:
		return
	var more := _stderr.get_buffer(_SAID_HIGH)
	if not more.is_empty():
		_said.append_array(more)
		_said = _said.slice(-_SAID_HIGH) if _said.size() > _SAID_HIGH else _said
	var read := _stdio.get_buffer(_LINE_HIGH)
	if state == State.READY:
		return
	_line.append_array(read)
	var end := _line.find(10)
	if end >= 0:
		_read_ready(_line.slice(0, end).get_string_from_utf8())
	elif _line.size() > _LINE_HIGH:
		_fail("it prints something else")
	elif not OS.is_process_running(pid):
		_fail("it ended at once")
	elif Time.get_ticks_msec() > _give_up_at:
		_fail("it does not listen in time")


## Whether the process is there.
func is_running() -> bool:
	return state != State.ENDED and OS.is_process_running(pid)


## Ends the process.
func stop() -> void:
	if state == State.ENDED:
		return
	state = State.ENDED
	_stdio.close()
	_stderr.close()
	OS.kill(pid)


func _read_ready(line: String) -> void:
	var json := JSON.new()
	var ready: Dictionary = {}
	if json.parse(line) == OK and json.data is Dictionary:
		ready = PlayloomWire.settle(json.data, [PlayloomWire.VALUES_HIGH] as Array[int])
	var listens: Variant = ready.get("port")
	if ready.get("event") != "ready" or not listens is int or listens < 1 or listens > 65_535:
		_fail("it prints something else")
	elif ready.get("protocol") != PlayloomWire.VERSION:
		var both := [ready.get("protocol"), PlayloomWire.VERSION]
		_fail("it speaks protocol %s, this addon %d; update the older one" % both)
	else:
		port = listens
		state = State.READY


func _fail(problem: String) -> void:
	why = "%s: %s" % [_executable, problem]
	var said := _said.get_string_from_utf8().strip_edges()
	if said != "":
		why += ": " + said
	stop()
