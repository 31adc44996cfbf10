class_name DemoMist
extends Sprite2D
## Mist where the level is not made yet: it drifts, and the player's light falls on it.

const _SIDE := 512

var _noise := FastNoiseLite.new()
var _drift: float = 0.0


func _init() -> void:
	_noise.frequency = 0.012
	var tints := Gradient.new()
	tints.offsets = PackedFloat32Array([0.3, 0.75])
	tints.colors = PackedColorArray([Color("1c1830"), Color("4d4468")])
	var picture := NoiseTexture2D.new()
	picture.width = _SIDE / 4
	picture.height = _SIDE / 4
	picture.seamless = true
	picture.noise = _noise
	picture.color_ramp = tints
	texture = picture
	texture_repeat = CanvasItem.TEXTURE_REPEAT_ENABLED
	texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	region_enabled = true
	region_rect = Rect2(0, 0, _SIDE, _SIDE)
	z_index = -4


func _process(delta: float) -> void:
	_drift += delta * 7.0
	var camera := get_viewport().get_camera_2d()
	if camera != null:
		position = camera.get_screen_center_position().round()
	region_rect.position = position + Vector2(roundf(_drift), roundf(_drift * 0.5))
