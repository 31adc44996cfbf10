@tool
class_name PlayloomDialogueLook
extends RefCounted
## The look of [PlayloomDialogueBox] where it has no theme of yours: flat pixels, one font.

const _FONT := preload("res://addons/playloom/runtime/dialogue/font.tres")
const _FONT_PIXELS := 8


## Makes a theme with the colours of a box. [param pixel]: screen pixels of one drawn pixel.
static func theme_of(box: PlayloomDialogueBox, pixel: int) -> Theme:
	var look := Theme.new()
	look.default_font = _FONT
	look.default_font_size = _FONT_PIXELS * pixel
	look.set_stylebox(&"panel", &"PanelContainer", _flat(box.paper, box.edge, pixel, Vector2(5, 4)))
	look.set_color(&"font_color", &"Label", box.ink)
	look.set_constant(&"line_spacing", &"Label", pixel)
	var bare := _flat(Color.TRANSPARENT, Color.TRANSPARENT, pixel, Vector2(3, 1))
	var marked := _flat(box.edge, box.edge, pixel, Vector2(3, 1))
	for state: StringName in [&"normal", &"hover", &"disabled"]:
		look.set_stylebox(state, &"Button", bare)
	for state: StringName in [&"focus", &"pressed", &"hover_pressed"]:
		look.set_stylebox(state, &"Button", marked)
	for state: StringName in [&"font_color", &"font_hover_color"]:
		look.set_color(state, &"Button", box.choice_ink)
	for state: StringName in [&"font_focus_color", &"font_pressed_color", &"font_hover_pressed_color"]:
		look.set_color(state, &"Button", Color(box.paper, 1.0))
	var bar := _flat(box.edge, box.edge, pixel, Vector2(1, 0))
	for state: StringName in [&"grabber", &"grabber_highlight", &"grabber_pressed"]:
		look.set_stylebox(state, &"VScrollBar", bar)
	look.set_stylebox(&"scroll", &"VScrollBar", _flat(Color(box.edge, 0.15), Color.TRANSPARENT, pixel, Vector2(1, 0)))
	return look


## Makes the frame of the name above the words.
static func tab_of(box: PlayloomDialogueBox, pixel: int) -> StyleBox:
	return _flat(box.paper, box.edge, pixel, Vector2(5, 1))


## Makes what lies behind a portrait.
static func frame_of(box: PlayloomDialogueBox, pixel: int) -> StyleBox:
	return _flat(Color(box.edge, 0.3), Color.TRANSPARENT, pixel, Vector2.ZERO)


## Cuts text into pages that fit into [param room], as [param label] would set it.
static func pages_of(text: String, label: Label, room: Vector2) -> PackedStringArray:
	var font := label.get_theme_font(&"font")
	var font_size := label.get_theme_font_size(&"font_size")
	var high := font.get_height(font_size) + label.get_theme_constant(&"line_spacing")
	var paragraph := TextParagraph.new()
	paragraph.add_string(text, font, font_size)
	paragraph.width = room.x
	var lines := maxi(2, int(room.y / maxf(1.0, high)))
	var pages := PackedStringArray()
	for first in range(0, paragraph.get_line_count(), lines):
		var last := mini(first + lines, paragraph.get_line_count()) - 1
		var from := paragraph.get_line_range(first).x
		pages.append(text.substr(from, paragraph.get_line_range(last).y - from).strip_edges())
	return pages if not pages.is_empty() else PackedStringArray([""])


static func _flat(fill: Color, border: Color, pixel: int, margin: Vector2) -> StyleBoxFlat:
	var box := StyleBoxFlat.new()
	box.bg_color = fill
	box.border_color = border
	box.set_border_width_all(pixel if border.a > 0.0 else 0)
	box.anti_aliasing = false
	box.content_margin_left = (margin.x + 1) * pixel
	box.content_margin_right = (margin.x + 1) * pixel
	box.content_margin_top = (margin.y + 1) * pixel
	box.content_margin_bottom = (margin.y + 1) * pixel
	return box
