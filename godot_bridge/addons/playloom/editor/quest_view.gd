@tool
extends VBoxContainer
## Lets one click through a quest.

var graph: PlayloomQuestGraph = null

var _speaker: String = ""  # of the last line
var _title := Label.new()
var _scroll := ScrollContainer.new()
var _told := VBoxContainer.new()
var _choices := VBoxContainer.new()
var _begin := Button.new()


func _init() -> void:
	var row := HBoxContainer.new()
	_title.size_flags_horizontal = SIZE_EXPAND_FILL
	_title.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	row.add_child(_title)
	_begin.tooltip_text = "From the beginning"
	_begin.pressed.connect(restart)
	row.add_child(_begin)
	add_child(row)
	_scroll.size_flags_vertical = SIZE_EXPAND_FILL
	_scroll.horizontal_scroll_mode = ScrollContainer.SCROLL_MODE_DISABLED
	add_child(_scroll)
	var page := VBoxContainer.new()
	page.size_flags_horizontal = SIZE_EXPAND_FILL
	_scroll.add_child(page)
	page.add_child(_told)
	page.add_child(_choices)
	_begin.hide()


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		_begin.icon = get_theme_icon(&"Reload", &"EditorIcons")
		_title.add_theme_font_override(&"font", get_theme_font(&"bold", &"EditorFonts"))


## Shows a quest from its beginning.
func show_quest(shown: PlayloomQuestGraph) -> void:
	graph = shown
	_title.text = graph.title
	_title.tooltip_text = graph.title
	_begin.show()
	restart()


## Begins again.
func restart() -> void:
	graph.restart()
	for child in _told.get_children():
		child.free()
	_speaker = ""
	_go_on()
	_scroll.set_deferred(&"scroll_vertical", 0)


## Takes a choice, counted from 0.
func choose(number: int) -> void:
	var line := graph.choose(number)
	if line != null:
		_tell(line)
		_go_on()
		_show_last()


## The texts of what can be chosen now.
func choices() -> PackedStringArray:
	var texts := PackedStringArray()
	for button: Button in _choices.get_children():
		texts.append(button.text)
	return texts


func _go_on() -> void:
	for line in graph.lines():
		_tell(line)
	for child in _choices.get_children():
		_choices.remove_child(child)
		child.queue_free()
	if graph.ended:
		_note("The end: %s" % graph.ending.capitalize())
	elif graph.waiting_for != "":
		_offer("Go to %s" % graph.name_of(graph.waiting_for), _arrive)
	else:
		var open := graph.choices()
		for number in open.size():
			_offer(open[number].line.text, choose.bind(number))


func _arrive() -> void:
	_note("At %s" % graph.name_of(graph.waiting_for))
	graph.arrive()
	_go_on()
	_show_last()


func _tell(line: PlayloomLine) -> void:
	if line.speaker_name != "" and line.speaker_name != _speaker:
		var name := _label(line.speaker_name)
		name.add_theme_color_override(&"font_color", get_theme_color(&"accent_color", &"Editor"))
	_speaker = line.speaker_name
	_label(line.text)


func _note(text: String) -> void:
	_speaker = ""
	_label(text).modulate.a = 0.6


func _label(text: String) -> Label:
	var label := Label.new()
	label.text = text
	label.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	label.custom_minimum_size.x = 40
	_told.add_child(label)
	return label


func _offer(text: String, act: Callable) -> void:
	var button := Button.new()
	button.text = text
	button.alignment = HORIZONTAL_ALIGNMENT_LEFT
	button.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	button.custom_minimum_size.x = 40
	button.pressed.connect(act)
	_choices.add_child(button)


func _show_last() -> void:
	await get_tree().process_frame
	_scroll.scroll_vertical = int(_scroll.get_v_scroll_bar().max_value)
