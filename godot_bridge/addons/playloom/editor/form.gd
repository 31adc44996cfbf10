@tool
extends VBoxContainer
## The fields of a request, one below the other. What is left empty is left to the model.
##
## A field is a [Dictionary]: [code]name[/code] (that of the request), [code]label[/code],
## [code]tip[/code], [code]kind[/code] and what its kind needs: [code]choice[/code],
## [code]text[/code], [code]file[/code], [code]flag[/code], [code]pair[/code] (low, high, usual),
## [code]whole[/code] and [code]share[/code] (a number, or a range such as 4..8). With
## [code]more[/code] it stands in the part that opens with a click.

## A field was changed by hand.
signal changed(name: String)

const ANY := "any"

var _fields: Dictionary[String, Dictionary] = {}
var _labels: Dictionary[String, Label] = {}
var _inputs: Dictionary[String, Control] = {}
var _more: GridContainer = null
var _opener: Button = null


## Builds the form. Called once, before it is in the tree.
func build(fields: Array[Dictionary], more_label: String = "") -> void:
	var grid := _grid(self)
	for field in fields:
		if field.get("more", false) and _more == null:
			_add_opener(more_label)
		_add(field, _more if field.get("more", false) else grid)


## What is asked for: only the fields that say something.
func values() -> Dictionary:
	var found: Dictionary = {}
	for name in _fields:
		if _labels[name].visible:
			var value: Variant = _value(name)
			if value != null:
				found[name] = value
	return found


## The first field that cannot be read, for people; empty where all can be.
func fault() -> String:
	for name in _fields:
		var field := _fields[name]
		if not _labels[name].visible or not field["kind"] in ["whole", "share"]:
			continue
		var text := (_inputs[name] as LineEdit).text.strip_edges()
		if text != "" and _range_of(text, field) == null:
			var what := "from 0 to 1, " if field["kind"] == "share" else ""
			return (
				"%s: %s is no number and no range; write one, %ssuch as %s, or leave it empty"
				% [field["label"], text, what, field["example"]]
			)
	return ""


## Everything that is set, for [method restore].
func state() -> Dictionary:
	var found: Dictionary = {}
	for name in _fields:
		found[name] = _raw(name)
	return found


## Sets every field to what [method state] returned.
func restore(state_before: Dictionary) -> void:
	for name: String in state_before:
		set_value(name, state_before[name])


## Sets a field; a choice by its value.
func set_value(name: String, value: Variant) -> void:
	var input := _inputs[name]
	if input is OptionButton:
		var options := input as OptionButton
		for item in options.item_count:
			if options.get_item_metadata(item) == value:
				options.select(item)
				return
	elif input is LineEdit:
		(input as LineEdit).text = str(value)
	elif input is CheckBox:
		(input as CheckBox).button_pressed = value
	elif value is Vector2i:
		var pair: Vector2i = value
		(input.get_child(0) as SpinBox).value = pair.x
		(input.get_child(2) as SpinBox).value = pair.y
	elif input.get_child(0) is LineEdit:
		(input.get_child(0) as LineEdit).text = str(value)


## Fills a choice: each option is [label, value] or [label, value, icon]. What was chosen stays chosen
## where it is still there.
func set_options(name: String, options: Array[Array]) -> void:
	var input := _inputs[name] as OptionButton
	var before: Variant = input.get_selected_metadata() if input.selected >= 0 else null
	input.clear()
	for option in options:
		input.add_item(str(option[0]))
		input.set_item_metadata(input.item_count - 1, option[1])
		if option.size() > 2:
			input.set_item_icon(input.item_count - 1, option[2] as Texture2D)
	input.disabled = options.is_empty()
	if before != null:
		set_value(name, before)


## Shows a field or takes it away; one that is not shown is not asked for.
func show_field(name: String, shown: bool) -> void:
	_labels[name].visible = shown
	_inputs[name].visible = shown


## The control of a field.
func input_of(name: String) -> Control:
	return _inputs[name]


func _grid(parent: Control) -> GridContainer:
	var grid := GridContainer.new()
	grid.columns = 2
	grid.size_flags_horizontal = SIZE_EXPAND_FILL
	parent.add_child(grid)
	return grid


func _add_opener(label: String) -> void:
	_opener = Button.new()
	_opener.text = label
	_opener.flat = true
	_opener.toggle_mode = true
	_opener.alignment = HORIZONTAL_ALIGNMENT_LEFT
	_opener.toggled.connect(_open)
	add_child(_opener)
	_more = _grid(self)
	_more.visible = false


func _open(opened: bool) -> void:
	_more.visible = opened
	_draw_opener()


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED and _opener != null:
		_draw_opener()


func _draw_opener() -> void:
	var icon := &"GuiTreeArrowDown" if _more.visible else &"GuiTreeArrowRight"
	_opener.icon = get_theme_icon(icon, &"EditorIcons")


func _add(field: Dictionary, grid: GridContainer) -> void:
	var name: String = field["name"]
	var label := Label.new()
	label.text = field["label"]
	label.tooltip_text = field["tip"]
	label.mouse_filter = Control.MOUSE_FILTER_STOP
	label.size_flags_vertical = SIZE_SHRINK_CENTER
	var input := _make_input(field)
	input.tooltip_text = field["tip"]
	input.size_flags_horizontal = SIZE_EXPAND_FILL
	grid.add_child(label)
	grid.add_child(input)
	_fields[name] = field
	_labels[name] = label
	_inputs[name] = input


func _make_input(field: Dictionary) -> Control:
	var name: String = field["name"]
	match field["kind"]:
		"choice":
			var options := OptionButton.new()
			options.fit_to_longest_item = false
			options.clip_text = true
			options.item_selected.connect(func(_item: int) -> void: changed.emit(name))
			for option: Array in field.get("options", []):
				options.add_item(str(option[0]))
				options.set_item_metadata(options.item_count - 1, option[1])
			return options
		"flag":
			var box := CheckBox.new()
			box.text = "on"
			box.toggled.connect(func(_on: bool) -> void: changed.emit(name))
			return box
		"pair":
			return _pair(field)
		"file":
			return _file(field)
	return _line(field)


func _line(field: Dictionary) -> LineEdit:
	var line := LineEdit.new()
	line.placeholder_text = field.get("hint", ANY)
	line.text_changed.connect(func(_text: String) -> void: changed.emit(field["name"]))
	line.tooltip_text = field["tip"]
	return line


func _pair(field: Dictionary) -> HBoxContainer:
	var row := HBoxContainer.new()
	var usual: Vector2i = field["usual"]
	for part in 2:
		var box := SpinBox.new()
		box.min_value = field["low"]
		box.max_value = field["high"]
		box.value = usual[part]
		box.size_flags_horizontal = SIZE_EXPAND_FILL
		box.tooltip_text = field["tip"]
		box.value_changed.connect(func(_value: float) -> void: changed.emit(field["name"]))
		row.add_child(box)
		if part == 0:
			var by := Label.new()
			by.text = "x"
			row.add_child(by)
	return row


func _file(field: Dictionary) -> HBoxContainer:
	var row := HBoxContainer.new()
	var line := _line(field)
	line.size_flags_horizontal = SIZE_EXPAND_FILL
	row.add_child(line)
	var button := Button.new()
	button.text = "..."
	button.tooltip_text = "Choose a file of the project"
	button.pressed.connect(_choose_file.bind(line, field))
	row.add_child(button)
	return row


func _choose_file(line: LineEdit, field: Dictionary) -> void:
	var dialog := EditorFileDialog.new()
	dialog.file_mode = EditorFileDialog.FILE_MODE_OPEN_FILE
	dialog.add_filter(field["filter"] as String)
	dialog.file_selected.connect(
		func(path: String) -> void:
			line.text = path
			changed.emit(field["name"])
	)
	dialog.visibility_changed.connect(
		func() -> void:
			if not dialog.visible:
				dialog.queue_free()
	)
	EditorInterface.popup_dialog_centered_ratio(dialog, 0.5)


func _raw(name: String) -> Variant:
	var input := _inputs[name]
	if input is OptionButton:
		return (input as OptionButton).get_selected_metadata()
	if input is LineEdit:
		return (input as LineEdit).text
	if input is CheckBox:
		return (input as CheckBox).button_pressed
	if input.get_child(0) is LineEdit:
		return (input.get_child(0) as LineEdit).text
	return Vector2i(int((input.get_child(0) as SpinBox).value), int((input.get_child(2) as SpinBox).value))


func _value(name: String) -> Variant:
	var raw: Variant = _raw(name)
	if raw is String:
		var text := (raw as String).strip_edges()
		if text == "":
			return null
		return _range_of(text, _fields[name]) if _fields[name]["kind"] in ["whole", "share"] else text
	if raw is bool:
		return true if raw else null
	return raw


# A number, [low, high] of which one may be null, or null where the text is none of them.
func _range_of(text: String, field: Dictionary) -> Variant:
	var ends: Array = []
	for part in text.split("..", true, 1):
		var number := part.strip_edges()
		if number == "" and text != "..":
			ends.append(null)
		elif field["kind"] == "whole" and number.is_valid_int() and int(number) >= 0:
			ends.append(mini(int(number), 1 << 22))
		elif field["kind"] == "share" and number.is_valid_float():
			ends.append(float(number))
		else:
			return null
	for end: Variant in ends:
		if end is float and (end < 0.0 or end > 1.0):
			return null
	return ends[0] if ends.size() == 1 else ends
