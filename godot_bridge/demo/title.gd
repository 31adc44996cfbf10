class_name DemoTitle
extends Control
## The title screen: a seed to share, the controls, and the jellies of this seed as they are drawn.

signal begun(seed_number: int)
signal seed_chosen(seed_number: int)

const SEED_HIGH := 1_000_000
const _HELP := "WASD / arrows / stick: walk     Space / X: strike     E / A: talk     Esc / Start: pause"
const _KINDS: PackedStringArray = ["blue", "green", "violet", "red", "blue"]

var _art: DemoArt = null
var _entry := LineEdit.new()
var _says := DemoLook.label("", DemoLook.DIM)
var _age: float = 0.0
var _seed: int = 0


func _init(art: DemoArt, seed_number: int) -> void:
	_art = art
	_seed = seed_number
	theme = DemoLook.theme()
	set_anchors_preset(Control.PRESET_FULL_RECT)


func _ready() -> void:
	var column := VBoxContainer.new()
	column.set_anchors_preset(Control.PRESET_CENTER_TOP)
	column.grow_horizontal = Control.GROW_DIRECTION_BOTH
	column.offset_top = 100
	column.alignment = BoxContainer.ALIGNMENT_CENTER
	add_child(column)
	var row := HBoxContainer.new()
	row.alignment = BoxContainer.ALIGNMENT_CENTER
	row.add_child(DemoLook.label("Seed", DemoLook.DIM))
	_entry.text = str(_seed)
	_entry.max_length = 16
	_entry.custom_minimum_size.x = 60
	_entry.alignment = HORIZONTAL_ALIGNMENT_CENTER
	_entry.text_changed.connect(_type)
	_entry.text_submitted.connect(func(_text: String) -> void: _begin())
	row.add_child(_entry)
	row.add_child(DemoLook.button("Another", _draw_another))
	column.add_child(row)
	var play := DemoLook.button("Play", _begin)
	play.custom_minimum_size.x = 110
	play.size_flags_horizontal = Control.SIZE_SHRINK_CENTER
	column.add_child(play)
	column.add_child(_says)
	var help := DemoLook.label(_HELP, Color(DemoLook.DIM, 0.75))
	help.set_anchors_preset(Control.PRESET_CENTER_BOTTOM)
	help.grow_horizontal = Control.GROW_DIRECTION_BOTH
	help.grow_vertical = Control.GROW_DIRECTION_BEGIN
	help.offset_bottom = -6
	add_child(help)
	play.grab_focus()


func _process(delta: float) -> void:
	_age += delta
	queue_redraw()


## Tells who makes what is to come.
func tell(words: String) -> void:
	_says.text = words


## The number that a typed seed stands for: itself, or one that its letters give.
static func number_of(text: String) -> int:
	var trimmed := text.strip_edges()
	if trimmed.is_valid_int() and trimmed.length() < 16:
		return absi(trimmed.to_int()) % SEED_HIGH
	return trimmed.to_lower().hash() % SEED_HIGH


func _type(text: String) -> void:
	_seed = number_of(text)
	seed_chosen.emit(_seed)


func _draw_another() -> void:
	_seed = randi() % SEED_HIGH
	_entry.text = str(_seed)
	seed_chosen.emit(_seed)


func _begin() -> void:
	begun.emit(_seed)


func _draw() -> void:
	var middle := size.x / 2.0
	draw_rect(Rect2(Vector2.ZERO, size), Color("14101f"))
	for number in 7:
		draw_circle(Vector2(middle, 52), 150.0 - number * 18.0, Color(1.0, 0.66, 0.3, 0.022))
	var font := DemoLook.FONT
	_write(font, "UNDERCROFT", Vector2(middle, 40), 32, DemoLook.GOLD)
	_write(font, "one fire, one key, and a great many jellies", Vector2(middle, 53), 8, DemoLook.DIM)
	for number in _KINDS.size():
		var kind := _KINDS[number]
		var at := Vector2(middle + (number - 2) * 32.0, 94.0 - absf(sin(_age * 3.0 + number * 1.3)) * 5.0)
		var picture := _art.picture(kind)
		var shown := Color.WHITE if _art.is_drawn(kind) else Color(0.4, 0.35, 0.5, 0.35)
		var from := (at - Vector2(picture.get_width() / 2.0, picture.get_height())).round()
		draw_texture(picture, from, shown)
		if _art.is_drawn(kind):
			DemoJelly.draw_eyes(self, from + Vector2(_art.filled(kind).get_center()), kind == "violet", Vector2.ZERO)


func _write(font: Font, text: String, at: Vector2, points: int, colour: Color) -> void:
	var wide := font.get_string_size(text, HORIZONTAL_ALIGNMENT_LEFT, -1, points).x
	var from := (at - Vector2(wide / 2.0, 0)).round()
	draw_string(font, from + Vector2(0, points / 8.0), text, HORIZONTAL_ALIGNMENT_LEFT, -1, points, Color("4a2a16"))
	draw_string(font, from, text, HORIZONTAL_ALIGNMENT_LEFT, -1, points, colour)
