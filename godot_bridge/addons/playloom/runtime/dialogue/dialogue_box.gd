@tool
class_name PlayloomDialogueBox
extends Control
## A box in which people speak: words appear one by one, the player goes on and chooses by key,
## mouse or pad.
##
## [codeblock]
## await box.say("Mira", "Come in, come in.")
## var number := await box.ask(["Why me?", "Not today."])
## box.close()
## [/codeblock]
## Text is shown as it is, never as markup. The look is drawn in pixels that grow with the window;
## set [member Control.theme] and it is yours altogether (a PanelContainer, Labels and Buttons).

## A word appeared: the moment for a blip of a voice.
signal word_appeared(speaker: String)

## The player went on.
signal page_read
## The player has chosen, or the box was closed (-1).
signal choice_made(number: int)

const _MARGIN := 5
const _PAUSES: Dictionary[String, float] = {",": 1.0, ";": 1.5, ":": 1.5, ".": 2.5, "!": 2.5, "?": 2.5, "…": 3.0}
const _QUOTES := "\"'”’)"

## How fast words appear; 0: at once.
@export_range(0.0, 60.0) var words_per_second: float = 9.0
## What goes on and chooses, beside a click: an action of the input map.
@export var accept_action: StringName = &"ui_accept"
## Screen pixels of one drawn pixel; 0: as many as fit 180 of them into the height of the view.
@export_range(0, 16) var pixel_size: int = 0
## The share of the view's height that words may fill; longer ones come page by page.
@export_range(0.1, 0.9) var height_share: float = 0.4
@export_group("Colours")
@export var paper: Color = Color("1d1729f2")
@export var edge: Color = Color("f4e7c8")
@export var ink: Color = Color("fff8e6")
@export var name_ink: Color = Color("f2b82e")
@export var choice_ink: Color = Color("c9c0dc")

var _drawn_for: Vector2 = Vector2.ZERO
var _ends: PackedInt32Array = PackedInt32Array()  # characters shown after each word
var _shown: int = 0  # words
var _wait: float = 0.0  # seconds to the next word
var _talking: bool = false
var _asking: bool = false
var _blink: float = 0.0

@onready var _stack: VBoxContainer = $Stack
@onready var _tab: PanelContainer = $Stack/Tab
@onready var _name: Label = $Stack/Tab/Name
@onready var _frame: PanelContainer = $Stack/Panel/Row/Frame
@onready var _portrait: TextureRect = $Stack/Panel/Row/Frame/Portrait
@onready var _words: Label = $Stack/Panel/Row/Column/Words
@onready var _scroll: ScrollContainer = $Stack/Panel/Row/Column/Scroll
@onready var _choices: VBoxContainer = $Stack/Panel/Row/Column/Scroll/Choices
@onready var _arrow: Control = $Stack/Panel/Arrow


func _ready() -> void:
	_arrow.draw.connect(_draw_arrow)
	_stack.minimum_size_changed.connect(_place)
	_choices.minimum_size_changed.connect(_fit_choices)
	visible = Engine.is_editor_hint()


func _process(delta: float) -> void:
	if not visible:
		return
	if get_viewport_rect().size != _drawn_for:
		_restyle()
	if _talking and _shown < _ends.size():
		_wait -= delta
		while _wait <= 0.0 and _shown < _ends.size():
			_show_word()
	_blink += delta
	_arrow.visible = _talking and _shown >= _ends.size() and fmod(_blink, 0.8) < 0.5


func _input(event: InputEvent) -> void:
	if not visible or event.is_echo():
		return
	if _talking and _accepts(event):
		get_viewport().set_input_as_handled()
		go_on()
	elif _asking and event.is_pressed():
		var number := -1
		if _accepts(event):
			number = _choices.get_children().find(get_viewport().gui_get_focus_owner())
		elif event is InputEventKey and (event as InputEventKey).keycode <= KEY_9:
			number = (event as InputEventKey).keycode - KEY_1
		if number >= 0 and number < _choices.get_child_count():
			get_viewport().set_input_as_handled()
			_choose(number)


func _gui_input(event: InputEvent) -> void:
	var click := event as InputEventMouseButton
	if _talking and click != null and click.pressed and click.button_index == MOUSE_BUTTON_LEFT:
		accept_event()
		go_on()


## Shows words until the player has read them. [param speaker] may be empty, for what nobody says.
func say(speaker: String, text: String, portrait: Texture2D = null) -> void:
	_open(speaker, portrait)
	for page in PlayloomDialogueLook.pages_of(text, _words, _room()):
		_set_page(page)
		_talking = true
		await page_read
		_talking = false
		if not visible:
			return  # the box was closed


## Lets the player choose and returns the number of what was chosen, counted from 0; -1 if the box
## was closed.
func ask(choices: PackedStringArray) -> int:
	if choices.is_empty():
		return -1
	_open("", null)
	_words.hide()
	_scroll.show()
	for number in choices.size():
		_add_choice(choices[number], number)
	_asking = true
	_tie_choices()
	var number: int = await choice_made
	_asking = false
	for button in _choices.get_children():
		_choices.remove_child(button)
		button.queue_free()
	_scroll.hide()
	return number


## Shows words as they are being written: call it again with more of them.
func grow(speaker: String, text: String, portrait: Texture2D = null) -> void:
	_open(speaker, portrait)
	var pages := PlayloomDialogueLook.pages_of(text, _words, _room())
	_set_page(pages[-1])
	_shown = _ends.size()
	_words.visible_characters = -1


## Shows the rest of the words at once, or, if they are all there, goes on: what a key or click
## does.
func go_on() -> void:
	if not _talking:
		return
	if _shown < _ends.size():
		_shown = _ends.size()
		_words.visible_characters = -1
	else:
		page_read.emit()


## Hides the box. Whoever waits for [method say] or [method ask] goes on.
func close() -> void:
	hide()
	if _talking:
		page_read.emit()
	if _asking:
		choice_made.emit(-1)


## Whether words or choices are shown and the player is to do something.
func is_busy() -> bool:
	return _talking or _asking


## The action, or the lower button of a pad, which Godot's own ui_accept leaves out.
func _accepts(event: InputEvent) -> bool:
	var pad := event as InputEventJoypadButton
	var lower := pad != null and pad.pressed and pad.button_index == JOY_BUTTON_A
	return lower or event.is_action_pressed(accept_action)


func _open(speaker: String, portrait: Texture2D) -> void:
	show()
	if get_viewport_rect().size != _drawn_for:
		_restyle()
	_tab.visible = not speaker.is_empty()
	_name.text = speaker
	_portrait.texture = portrait
	_frame.visible = portrait != null
	_scroll.hide()
	_words.show()


func _set_page(page: String) -> void:
	_words.text = page
	_words.visible_characters = 0
	_ends.clear()
	for at in page.length():
		var over := at + 1 == page.length() or page[at + 1] in [" ", "\n"]
		if over and page[at] != " ":
			_ends.append(at + 1)
	_shown = 0
	_wait = 0.0
	_blink = 0.0
	if words_per_second <= 0.0:
		_shown = _ends.size()
		_words.visible_characters = -1


func _show_word() -> void:
	var end := _ends[_shown]
	_words.visible_characters = end
	_shown += 1
	var last := end - 1
	while last > 0 and _words.text[last] in _QUOTES:
		last -= 1
	_wait += (1.0 + _PAUSES.get(_words.text[last], 0.0)) / words_per_second
	word_appeared.emit(_name.text)


## Width and height in which words are set.
func _room() -> Vector2:
	var view := get_viewport_rect().size
	var pixel := _pixel()
	var across := view.x - 2.0 * _MARGIN * pixel - 2.0 * (_MARGIN + 2) * pixel
	if _frame.visible:
		across -= _frame.get_combined_minimum_size().x + _MARGIN * pixel
	return Vector2(maxf(across, 40.0), view.y * height_share)


func _add_choice(text: String, number: int) -> void:
	var button := Button.new()
	button.text = text
	button.alignment = HORIZONTAL_ALIGNMENT_LEFT
	button.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	button.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	button.pressed.connect(_choose.bind(number))
	button.mouse_entered.connect(button.grab_focus)
	_choices.add_child(button)


## Lets up and down go round, and keeps the focus among the choices.
func _tie_choices() -> void:
	var count := _choices.get_child_count()
	for number in count:
		var button := _choices.get_child(number) as Button
		button.focus_neighbor_top = _choices.get_child((number + count - 1) % count).get_path()
		button.focus_neighbor_bottom = _choices.get_child((number + 1) % count).get_path()
		button.focus_previous = button.focus_neighbor_top
		button.focus_next = button.focus_neighbor_bottom
		button.focus_neighbor_left = button.get_path()
		button.focus_neighbor_right = button.get_path()
	(_choices.get_child(0) as Button).grab_focus()


func _fit_choices() -> void:
	var high := get_viewport_rect().size.y * (height_share + 0.25)
	_scroll.custom_minimum_size.y = minf(_choices.get_combined_minimum_size().y, high)


func _choose(number: int) -> void:
	if _asking:
		choice_made.emit(number)


## Keeps the stack at the lower border, whatever its height becomes.
func _place() -> void:
	var pixel := _pixel()
	var view := get_viewport_rect().size
	var high := _stack.get_combined_minimum_size().y
	_stack.size = Vector2(view.x - 2.0 * _MARGIN * pixel, high)
	_stack.position = Vector2(_MARGIN * pixel, view.y - high - _MARGIN * pixel)


func _pixel() -> int:
	return pixel_size if pixel_size > 0 else maxi(1, int(get_viewport_rect().size.y / 180.0))


func _restyle() -> void:
	_drawn_for = get_viewport_rect().size
	var pixel := _pixel()
	_portrait.custom_minimum_size = Vector2.ONE * 32 * pixel
	if theme == null:
		_stack.theme = PlayloomDialogueLook.theme_of(self, pixel)
		_stack.add_theme_constant_override(&"separation", -pixel)
		$Stack/Panel/Row.add_theme_constant_override(&"separation", _MARGIN * pixel)
		_choices.add_theme_constant_override(&"separation", pixel)
		_name.add_theme_color_override(&"font_color", name_ink)
		_tab.add_theme_stylebox_override(&"panel", PlayloomDialogueLook.tab_of(self, pixel))
		_frame.add_theme_stylebox_override(&"panel", PlayloomDialogueLook.frame_of(self, pixel))
	var line := _words.get_theme_font(&"font").get_height(_words.get_theme_font_size(&"font_size"))
	_words.custom_minimum_size.y = 2.0 * (line + _words.get_theme_constant(&"line_spacing"))
	_place()


func _draw_arrow() -> void:
	var pixel := float(_pixel())
	var at := Vector2(_arrow.size.x - 7 * pixel, _arrow.size.y - 3 * pixel)
	for row in 3:
		_arrow.draw_rect(Rect2(at + Vector2(row, row) * pixel, Vector2((5 - 2 * row) * pixel, pixel)), name_ink)
