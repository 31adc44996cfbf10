class_name Hud
extends CanvasLayer
## What the player knows: where they are, what is asked of them, what they carry, and what just happened.

const FONT := "res://addons/playloom/runtime/dialogue/font.tres"
const INK := Color("fff8e6")
const DIM := Color("c9c0dc")
const GOLD := Color("f2b82e")
const NOTE_SECONDS := 2.5

var _title: Label = _label(GOLD)
var _objective: Label = _label(INK)
var _keys: Label = _label(DIM)
var _note: Label = _label(INK)
var _bag: HBoxContainer = HBoxContainer.new()


func _init() -> void:
	layer = 50
	var column := VBoxContainer.new()
	column.position = Vector2(16, 10)
	column.custom_minimum_size.x = 760
	for part: Control in [_title, _objective, _keys, _bag]:
		column.add_child(part)
	add_child(column)
	_objective.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_note.set_anchors_and_offsets_preset(Control.PRESET_CENTER_TOP)
	_note.grow_horizontal = Control.GROW_DIRECTION_BOTH
	_note.position.y = 150
	_note.modulate.a = 0.0
	add_child(_note)


## Says where the player is.
func title(world: String, place: String) -> void:
	_title.text = "%s, %s" % [world, place]


## Says what is asked of the player; empty: nothing.
func objective(text: String) -> void:
	_objective.text = text
	_objective.visible = text != ""


## Says how many keys the player has.
func keys(count: int) -> void:
	_keys.text = "%d %s" % [count, "key" if count == 1 else "keys"]
	_keys.visible = count > 0


## Shows something that was taken, and keeps it in the bag.
func take(thing: String, picture: Texture2D) -> void:
	note("You have: %s." % thing)
	if _bag.get_children().any(func(old: Node) -> bool: return (old as TextureRect).texture == picture):
		return
	var shown := TextureRect.new()
	shown.texture = picture
	shown.custom_minimum_size = Vector2.ONE * 64
	shown.stretch_mode = TextureRect.STRETCH_KEEP_ASPECT_CENTERED
	shown.texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	_bag.add_child(shown)


## Says what has just happened, for a moment.
func note(text: String) -> void:
	_note.text = text
	_note.modulate.a = 1.0
	create_tween().tween_property(_note, ^"modulate:a", 0.0, 0.5).set_delay(NOTE_SECONDS)


func _label(colour: Color) -> Label:
	var label := Label.new()
	if ResourceLoader.exists(FONT):
		label.add_theme_font_override(&"font", load(FONT) as Font)
	label.add_theme_font_size_override(&"font_size", 24)
	label.add_theme_color_override(&"font_color", colour)
	label.add_theme_color_override(&"font_outline_color", Color("1d1729"))
	label.add_theme_constant_override(&"outline_size", 12)
	return label
