class_name DemoMenu
extends Control
## A panel with words and buttons over the game: the pause, and the end.

var _column := VBoxContainer.new()


func _init(title: String) -> void:
	theme = DemoLook.theme()
	process_mode = Node.PROCESS_MODE_ALWAYS
	set_anchors_preset(Control.PRESET_FULL_RECT)
	var shade := ColorRect.new()
	shade.color = Color(0.05, 0.04, 0.09, 0.6)
	shade.set_anchors_preset(Control.PRESET_FULL_RECT)
	add_child(shade)
	var middle := CenterContainer.new()
	middle.set_anchors_preset(Control.PRESET_FULL_RECT)
	add_child(middle)
	var panel := PanelContainer.new()
	panel.custom_minimum_size.x = 170
	middle.add_child(panel)
	panel.add_child(_column)
	_column.add_child(DemoLook.label(title, DemoLook.GOLD, 16))


func _ready() -> void:
	for node in _column.get_children():
		if node is Button:
			(node as Button).grab_focus()
			break


## Adds a line of words.
func say(words: String, colour: Color = DemoLook.INK) -> void:
	var line := DemoLook.label(words, colour)
	line.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	line.custom_minimum_size.x = 160
	_column.add_child(line)


## Adds a button.
func offer(words: String, does: Callable) -> Button:
	var button := DemoLook.button(words, does)
	_column.add_child(button)
	return button
