@tool
extends AcceptDialog
## Project > Tools > Playloom: check the sidecar. Starts a server if none runs and says what it can make.

const Dock := preload("dock.gd")
const Service := preload("../runtime/playloom.gd")
const Problem := preload("problem.gd")

var _words := Label.new()
var _problem := Problem.new()
var _service: Service = null
var _busy := false


func _init() -> void:
	title = "Playloom"
	var column := VBoxContainer.new()
	column.custom_minimum_size = Vector2(420, 120) * EditorInterface.get_editor_scale()
	_words.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_words.size_flags_vertical = Control.SIZE_EXPAND_FILL
	column.add_child(_words)
	_problem.again.connect(func() -> void: check(_service))
	column.add_child(_problem)
	add_child(column)
	visibility_changed.connect(
		func() -> void:
			if not visible and not _busy:
				queue_free()
	)


## Says how the server is. Returns what is said.
func check(service: Service) -> String:
	_service = service
	_busy = true
	_problem.hide()
	_words.text = "Asking the server..."
	var said := await _ask()
	_busy = false
	if not visible:
		queue_free()
	return said


func _ask() -> String:
	if not await _service.start():
		var told := Dock.advice(_service.why_pack)
		_words.text = ""
		_problem.tell(told[0], told[1], true)
		return told[0]
	var begun := Time.get_ticks_usec()
	await _service.request("ping")
	var took := (Time.get_ticks_usec() - begun) / 1000.0
	var reply := await _service.request("list", {"what": "packages"})
	var packages: Variant = reply.json("list")
	var lines := PackedStringArray()
	lines.append("The server runs and answers in %.1f ms (a frame of the editor included)." % took)
	if _service.sidecar_pid() > 0:
		lines.append("The editor has started it: process %d. It ends with the editor." % _service.sidecar_pid())
	lines.append("It can make:")
	for package: Dictionary in packages if packages is Array else []:
		lines.append("  %s: %s %s" % [package["kind"], package["name"], package["version"]])
	_words.text = "\n".join(lines)
	return _words.text
