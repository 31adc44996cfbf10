@tool
extends Control
## Shows a picture in whole-number zoom on a chequered ground.

const _SQUARE := 8

var picture: Texture2D = null:
	set(given):
		picture = given
		queue_redraw()


func _init() -> void:
	texture_filter = TEXTURE_FILTER_NEAREST
	mouse_filter = MOUSE_FILTER_IGNORE
	clip_contents = true


func _draw() -> void:
	if picture == null:
		return
	var pixels := picture.get_size()
	var zoom := maxf(1.0, floorf(minf(size.x / pixels.x, size.y / pixels.y)))
	var area := Rect2(floorf((size.x - pixels.x * zoom) / 2.0), 0.0, pixels.x * zoom, pixels.y * zoom)
	draw_rect(area, Color("3c3f46"))
	for y in ceili(area.size.y / _SQUARE):
		for x in range(y % 2, ceili(area.size.x / _SQUARE), 2):
			var square := Rect2(area.position + Vector2(x, y) * _SQUARE, Vector2.ONE * _SQUARE)
			draw_rect(square.intersection(area), Color("4a4e57"))
	draw_texture_rect(picture, area, false)
