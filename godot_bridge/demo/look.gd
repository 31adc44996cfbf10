class_name DemoLook
extends RefCounted
## How the demo's menus look: the dialogue box's font and colours.

const FONT := preload("res://addons/playloom/runtime/dialogue/font.tres")
const PAPER := Color("1d1729f2")
const EDGE := Color("f4e7c8")
const INK := Color("fff8e6")
const GOLD := Color("f2b82e")
const DIM := Color("c9c0dc")


## The theme of the menus.
static func theme() -> Theme:
	var look := Theme.new()
	look.default_font = FONT
	look.default_font_size = 8
	look.set_color(&"font_color", &"Label", INK)
	for kind: StringName in [&"Button", &"LineEdit"]:
		look.set_color(&"font_color", kind, DIM)
		look.set_color(&"font_focus_color", kind, PAPER)
		look.set_color(&"font_hover_color", kind, INK)
		look.set_color(&"font_pressed_color", kind, PAPER)
		look.set_color(&"font_hover_pressed_color", kind, PAPER)
		look.set_stylebox(&"normal", kind, _flat(Color(PAPER, 0.8), Color(EDGE, 0.35)))
		look.set_stylebox(&"hover", kind, _flat(Color(PAPER, 0.8), EDGE))
		look.set_stylebox(&"pressed", kind, _flat(EDGE, EDGE))
		look.set_stylebox(&"focus", kind, _flat(EDGE, EDGE))
	look.set_color(&"font_color", &"LineEdit", GOLD)
	look.set_color(&"caret_color", &"LineEdit", GOLD)
	look.set_stylebox(&"focus", &"LineEdit", _flat(Color(PAPER, 0.0), EDGE))
	look.set_stylebox(&"panel", &"PanelContainer", _flat(PAPER, EDGE, 8))
	look.set_constant(&"separation", &"VBoxContainer", 4)
	return look


## A line of words.
static func label(text: String, colour: Color = INK, size: int = 8) -> Label:
	var made := Label.new()
	made.text = text
	made.horizontal_alignment = HORIZONTAL_ALIGNMENT_CENTER
	made.add_theme_color_override(&"font_color", colour)
	if size != 8:
		made.add_theme_font_size_override(&"font_size", size)
	return made


## A button that does something.
static func button(text: String, does: Callable) -> Button:
	var made := Button.new()
	made.text = text
	made.pressed.connect(does)
	made.mouse_entered.connect(made.grab_focus)
	return made


static func _flat(fill: Color, edge: Color, margin: int = 4) -> StyleBoxFlat:
	var box := StyleBoxFlat.new()
	box.bg_color = fill
	box.border_color = edge
	box.set_border_width_all(1)
	box.anti_aliasing = false
	box.set_content_margin_all(margin)
	box.content_margin_top = maxi(2, margin / 2)
	box.content_margin_bottom = maxi(2, margin / 2)
	return box
