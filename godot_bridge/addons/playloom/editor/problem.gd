@tool
extends PanelContainer
## Says in plain words what is wrong and what to do; a command to run can be copied.

## Try it once more.
signal again

var _words := Label.new()
var _row := HBoxContainer.new()
var _command := LineEdit.new()
var _copy := Button.new()
var _again := Button.new()


func _init() -> void:
	var column := VBoxContainer.new()
	add_child(column)
	_words.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_words.custom_minimum_size.x = 40
	column.add_child(_words)
	_command.editable = false
	_command.size_flags_horizontal = SIZE_EXPAND_FILL
	_row.add_child(_command)
	_copy.text = "Copy"
	_copy.tooltip_text = "Copy the command"
	_copy.pressed.connect(func() -> void: DisplayServer.clipboard_set(_command.text))
	_row.add_child(_copy)
	column.add_child(_row)
	_again.text = "Try again"
	_again.size_flags_horizontal = SIZE_SHRINK_BEGIN
	_again.pressed.connect(func() -> void: again.emit())
	column.add_child(_again)
	hide()


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		_words.add_theme_color_override(&"font_color", get_theme_color(&"warning_color", &"Editor"))
		_copy.icon = get_theme_icon(&"ActionCopy", &"EditorIcons")


## Shows a problem; with a command, if one helps.
func tell(words: String, command: String = "", can_retry: bool = false) -> void:
	_words.text = words
	_command.text = command
	_row.visible = command != ""
	_again.visible = can_retry
	show()


## What is shown; empty where nothing is.
func told() -> String:
	return _words.text if visible else ""


## The command that is offered; empty where none is.
func command() -> String:
	return _command.text if visible and _row.visible else ""
