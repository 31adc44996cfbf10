class_name Marker
extends Node2D
## An arrow that bobs above the cell where the story goes on.

const INK := Color("f2b82e")
const EDGE := Color("1d1729")

var _seconds: float = 0.0


func _init() -> void:
	z_index = 10


func _process(delta: float) -> void:
	_seconds += delta
	queue_redraw()


func _draw() -> void:
	var up := Vector2(0, roundf(sin(_seconds * 5.0) * 2.0))
	draw_colored_polygon([Vector2(-6, -9) + up, Vector2(6, -9) + up, Vector2(0, 0) + up], EDGE)
	draw_colored_polygon([Vector2(-4, -8) + up, Vector2(4, -8) + up, Vector2(0, -2) + up], INK)


## Shows it above a cell; null hides it.
func show_at(cell: Variant, side: int) -> void:
	visible = cell != null
	if cell != null:
		position = Vector2((cell as Vector2i) * side) + Vector2(side * 0.5, -side - 2)
