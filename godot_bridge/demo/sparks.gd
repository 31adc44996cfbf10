class_name DemoSparks
extends Node2D
## Drops of jelly, glitter and numbers that fly about for a moment.

const _FALL := 220.0
const _DROPS_HIGH := 160
const _FONT := preload("res://addons/playloom/runtime/dialogue/font.tres")

var _drops: Array[Drop] = []


## One of them.
class Drop:
	extends RefCounted
	var at: Vector2
	var motion: Vector2
	var left: float
	var colour: Color
	var text: String = ""


func _init() -> void:
	z_index = 5
	var bright := CanvasItemMaterial.new()
	bright.light_mode = CanvasItemMaterial.LIGHT_MODE_UNSHADED
	material = bright


## Throws drops about.
func splash(at: Vector2, colour: Color, count: int) -> void:
	for number in mini(count, _DROPS_HIGH - _drops.size()):
		var drop := Drop.new()
		drop.at = at + Vector2(0, -5)
		drop.motion = Vector2.from_angle(number * TAU / count) * randf_range(25.0, 80.0) + Vector2(0, -45)
		drop.left = randf_range(0.3, 0.6)
		drop.colour = colour.lightened(randf() * 0.35)
		_drops.append(drop)


## Lets words rise.
func say(at: Vector2, text: String, colour: Color) -> void:
	var drop := Drop.new()
	drop.at = at + Vector2(-4, -14)
	drop.motion = Vector2(0, -70)
	drop.left = 0.7
	drop.colour = colour
	drop.text = text
	_drops.append(drop)


func _process(delta: float) -> void:
	if _drops.is_empty():
		return
	for drop in _drops:
		drop.left -= delta
		drop.motion.y += _FALL * delta * (0.5 if drop.text != "" else 1.0)
		drop.at += drop.motion * delta
	_drops = _drops.filter(func(drop: Drop) -> bool: return drop.left > 0.0)
	queue_redraw()


func _draw() -> void:
	for drop in _drops:
		if drop.text == "":
			draw_rect(Rect2(drop.at.round(), Vector2(2, 2)), drop.colour)
		else:
			draw_string_outline(_FONT, drop.at.round(), drop.text, HORIZONTAL_ALIGNMENT_LEFT, -1, 8, 3, Color("1d1729"))
			draw_string(_FONT, drop.at.round(), drop.text, HORIZONTAL_ALIGNMENT_LEFT, -1, 8, drop.colour)
