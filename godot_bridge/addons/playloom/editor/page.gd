@tool
extends ScrollContainer
## What the pages of the dock share: a form, seeds, Generate, progress, a preview, and what to do with it.
##
## [code]level_page.gd[/code] and the others say what their form has, and show and use what was made.

## Something was made and is shown, or failed; what it was is [member problem]'s matter.
signal settled(made: bool)

const Form := preload("form.gd")
const Seeds := preload("seeds.gd")
const Problem := preload("problem.gd")
const Service := preload("../runtime/playloom.gd")
const SceneEdits := preload("scene_edits.gd")
const FileSaving := preload("file_saving.gd")

var service: Service = null
var form := Form.new()
var seeds := Seeds.new()
var problem := Problem.new()

var _column := VBoxContainer.new()
var _generate := Button.new()
var _cancel := Button.new()
var _bar := ProgressBar.new()
var _said := Label.new()
var _use := Button.new()
var _save := Button.new()
var _job: PlayloomJob = null
var _history: Array[Dictionary] = []  # the newest first
var _shown: Dictionary = {}  # the one of them that is shown


func _init() -> void:
	horizontal_scroll_mode = SCROLL_MODE_DISABLED
	_column.size_flags_horizontal = SIZE_EXPAND_FILL
	_column.size_flags_vertical = SIZE_EXPAND_FILL
	add_child(_column)


## Builds the page. [param maker] is asked for content.
func build(maker: Service, preview: Control, fields: Array[Dictionary], more_label: String) -> void:
	service = maker
	form.build(fields, more_label)
	_column.add_child(form)
	seeds.recalled.connect(recall)
	_column.add_child(seeds)
	_column.add_child(_make_row())
	problem.again.connect(generate)
	_column.add_child(problem)
	preview.size_flags_vertical = SIZE_EXPAND_FILL
	preview.custom_minimum_size.y = 200 * EditorInterface.get_editor_scale()
	_column.add_child(preview)
	_said.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	_said.mouse_filter = Control.MOUSE_FILTER_STOP
	_column.add_child(_said)
	_column.add_child(_end_row())
	_draw_state()


## Asks for what the form says and shows it.
func generate() -> void:
	cancel()
	var fault := form.fault()
	if fault == "":
		fault = _fault()
	if fault != "":
		problem.tell(fault)
		settled.emit(false)
		return
	problem.hide()
	var wanted := form.values()
	wanted["seed"] = seeds.value()
	var entry := {"state": form.state(), "wanted": wanted, "title": _title(wanted)}
	var payload := _payload(wanted)
	var job := service.submit(_method(), _params(wanted), payload)
	_job = job
	_bar.value = 0.0
	job.progressed.connect(func(fraction: float) -> void: _bar.value = fraction)
	_draw_state()
	var reply := await job.completed()
	if _job != job:
		return
	_job = null
	_draw_state()
	_take(entry, reply)


## Gives up what is being made.
func cancel() -> void:
	if _job != null:
		var job := _job
		_job = null
		job.cancel()
		_draw_state()


## Goes back to what was made before, counted from 0, the newest.
func recall(number: int) -> void:
	if number < 0 or number >= _history.size():
		return
	cancel()
	var entry := _history[number]
	form.restore(entry["state"] as Dictionary)
	seeds.set_seed(entry["wanted"]["seed"] as int)
	_form_changed("")
	_show_entry(entry)


## Whether something is shown that can be used.
func has_content() -> bool:
	return not _shown.is_empty()


## Puts what is shown into the edited scene, in one action that can be undone.
func use() -> void:
	if not _shown.is_empty():
		problem.hide()
		var fault := await _use_shown(_shown)
		if fault != "":
			problem.tell(fault)


## Writes what is shown to a file of the project; its suffix says as what. Returns whether it could.
func save_to(path: String) -> bool:
	var fault := await _save_shown(_shown, path)
	if fault != "":
		problem.tell(fault)
		return false
	EditorInterface.get_resource_filesystem().scan()
	return true


## Asks the server what there is to choose from.
func fill_lists() -> void:
	pass


func _take(entry: Dictionary, reply: PlayloomReply) -> void:
	if reply.from_pack or (not reply.ok and service.state == Service.State.PACK):
		settled.emit(false)  # the dock says what to do
		return
	entry["reply"] = reply
	if not reply.ok or not _read(entry, reply):
		problem.tell(reply.error_message)
		settled.emit(false)
		return
	_history.push_front(entry)
	if _history.size() > Seeds.KEPT:
		_history.pop_back()
	var titles := PackedStringArray()
	for one in _history:
		titles.append(one["title"] as String)
	seeds.list(titles)
	_show_entry(entry)


func _show_entry(entry: Dictionary) -> void:
	_shown = entry
	problem.hide()
	_said.text = _show(entry)
	_said.tooltip_text = _said.text
	_draw_state()
	settled.emit(true)


func _list(what: String) -> Variant:
	var reply := await service.request("list", {"what": what})
	return null if reply.from_pack or not reply.ok else reply.json("list")


func _make_row() -> HBoxContainer:
	var row := HBoxContainer.new()
	_generate.text = "Generate"
	_generate.size_flags_horizontal = SIZE_EXPAND_FILL
	_generate.tooltip_text = "Make it anew, with this seed"
	_generate.pressed.connect(generate)
	row.add_child(_generate)
	_bar.size_flags_horizontal = SIZE_EXPAND_FILL
	_bar.size_flags_vertical = SIZE_FILL
	_bar.max_value = 1.0
	_bar.step = 0.01
	row.add_child(_bar)
	_cancel.text = "Cancel"
	_cancel.pressed.connect(cancel)
	row.add_child(_cancel)
	return row


func _end_row() -> HBoxContainer:
	var row := HBoxContainer.new()
	_use.text = "Use in Scene"
	_use.size_flags_horizontal = SIZE_EXPAND_FILL
	_use.tooltip_text = _use_tip()
	_use.pressed.connect(use)
	row.add_child(_use)
	_save.text = "Save As..."
	_save.size_flags_horizontal = SIZE_EXPAND_FILL
	_save.tooltip_text = "Write it to a file of the project"
	_save.pressed.connect(_choose_target)
	row.add_child(_save)
	return row


func _draw_state() -> void:
	_generate.visible = _job == null
	_bar.visible = _job != null
	_cancel.visible = _job != null
	_use.disabled = _shown.is_empty()
	_save.disabled = _shown.is_empty()
	_said.visible = _said.text != ""


func _choose_target() -> void:
	var dialog := EditorFileDialog.new()
	dialog.file_mode = EditorFileDialog.FILE_MODE_SAVE_FILE
	for filter in _filters():
		dialog.add_filter(filter)
	dialog.file_selected.connect(save_to)
	dialog.visibility_changed.connect(
		func() -> void:
			if not dialog.visible:
				dialog.queue_free()
	)
	EditorInterface.popup_dialog_centered_ratio(dialog, 0.5)


# --- What the pages say ---


func _method() -> String:
	return ""


func _title(wanted: Dictionary) -> String:
	return "seed %d" % wanted["seed"]


func _fault() -> String:
	return ""


func _params(wanted: Dictionary) -> Dictionary:
	return wanted


func _payload(_wanted: Dictionary) -> PackedByteArray:
	return PackedByteArray()


func _form_changed(_name: String) -> void:
	pass


func _read(_entry: Dictionary, _reply: PlayloomReply) -> bool:
	return false


func _show(_entry: Dictionary) -> String:
	return ""


func _use_tip() -> String:
	return ""


func _use_shown(_entry: Dictionary) -> String:
	return ""


func _filters() -> PackedStringArray:
	return PackedStringArray()


func _save_shown(_entry: Dictionary, _path: String) -> String:
	return ""
