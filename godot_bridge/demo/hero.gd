class_name DemoHero
extends Node2D
## The player: walks, strikes, and is hurt.

signal hurt(hearts: int)
signal fell
signal struck(from: Vector2, towards: Vector2)

const HEARTS := 6
const HALF := Vector2(4.5, 3.5)  # of what bumps into walls: the feet
## Light masks: of the ground, and of figures, which stand in the light of the player alone.
const GROUND_LIT := 1
const FIGURES_LIT := 2
const REACH := 25.0  # pixels

const _SPEED := 84.0  # pixels a second
const _SLOW := 12.0  # how quickly a push wears off
const _STRIKE_SECONDS := 0.16
const _STRIKE_AGAIN := 0.32
const _SAFE_SECONDS := 1.1
const _LIGHT := 96  # pixels

var hearts: int = HEARTS
var facing: Vector2 = Vector2.DOWN

var _push := Vector2.ZERO
var _strike: float = 0.0  # seconds since the last one began
var _safe: float = 0.0
var _steps: float = 0.0
var _figure := Sprite2D.new()
var _sword := Sprite2D.new()
var _light := PointLight2D.new()
var _glow: float = 0.0


func _init() -> void:
	_figure.texture = DemoArt.tile("strong_enemy")
	_figure.light_mask = FIGURES_LIT
	_figure.texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	_figure.offset = Vector2(0, -5)
	add_child(_figure)
	_sword.texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	_sword.hide()
	add_child(_sword)
	_light.range_item_cull_mask = GROUND_LIT | FIGURES_LIT
	_light.texture = glow_of(_LIGHT)
	_light.color = Color("ffdca6")
	_light.energy = 0.95
	_light.position = Vector2(0, -4)
	add_child(_light)
	_strike = _STRIKE_AGAIN


## Takes a sword in hand: a picture whose tip is at the upper left.
func wield(picture: Texture2D) -> void:
	_sword.texture = picture


## A round light that many pixels wide on each side.
static func glow_of(pixels: int) -> GradientTexture2D:
	var fade := Gradient.new()
	fade.offsets = PackedFloat32Array([0.0, 0.35, 0.7, 1.0])
	fade.colors = PackedColorArray([Color.WHITE, Color(1, 1, 1, 0.75), Color(1, 1, 1, 0.22), Color(1, 1, 1, 0)])
	var glow := GradientTexture2D.new()
	glow.gradient = fade
	glow.fill = GradientTexture2D.FILL_RADIAL
	glow.fill_from = Vector2(0.5, 0.5)
	glow.fill_to = Vector2(1.0, 0.5)
	glow.width = pixels * 2
	glow.height = pixels * 2
	return glow


## One step of the game.
func tick(delta: float, grid: DemoGrid, steer: Vector2, strikes: bool) -> void:
	_safe = maxf(0.0, _safe - delta)
	_strike += delta
	_glow += delta
	_push = _push.lerp(Vector2.ZERO, minf(1.0, _SLOW * delta))
	if steer.length() > 0.2:
		facing = steer.normalized()
		_steps += delta
	var slow := 0.45 if _strike < _STRIKE_SECONDS else 1.0
	position = grid.slide(position, (steer * _SPEED * slow + _push) * delta, HALF)
	if strikes and _strike >= _STRIKE_AGAIN:
		_strike = 0.0
		struck.emit(position, facing)
	if grid.harms(DemoGrid.cell_at(position)):
		take_hit(position + facing)
	_show(steer)


## Takes a heart away and pushes; nothing happens for a moment after the last time.
func take_hit(from: Vector2) -> void:
	if _safe > 0.0 or hearts <= 0:
		return
	hearts -= 1
	_safe = _SAFE_SECONDS
	_push = (position - from).normalized() * 210.0
	hurt.emit(hearts)
	if hearts <= 0:
		fell.emit()


## Gives hearts back.
func heal(count: int) -> void:
	hearts = mini(HEARTS, hearts + count)


func _show(steer: Vector2) -> void:
	var walks := steer.length() > 0.2
	if absf(facing.x) > 0.3:
		_figure.flip_h = facing.x < 0.0
	_figure.position.y = -absf(sin(_steps * 13.0)) * 2.0 if walks else 0.0
	_figure.rotation = sin(_steps * 13.0) * 0.07 if walks else 0.0
	_figure.visible = _safe <= 0.0 or fmod(_safe, 0.16) < 0.1
	_swing()
	_light.texture_scale = 1.0 + 0.025 * sin(_glow * 5.0) + 0.015 * sin(_glow * 13.0)
	queue_redraw()


func _swing() -> void:
	_sword.visible = _strike < _STRIKE_SECONDS and _sword.texture != null
	if _sword.visible:
		var turn := facing.angle() + lerpf(-1.1, 1.0, _strike / _STRIKE_SECONDS)
		_sword.position = Vector2(0, -4) + Vector2.from_angle(turn) * 14.0
		_sword.rotation = turn + PI * 0.75
		_sword.z_index = 1 if facing.y > -0.3 else 0


func _draw() -> void:
	draw_circle(Vector2(0, 3), 5.0, Color(0, 0, 0, 0.3))
	if _strike >= _STRIKE_SECONDS:
		return
	var done := _strike / _STRIKE_SECONDS
	var middle := facing.angle()
	var swept := lerpf(-1.0, 1.0, done)
	var shine := Color(1.0, 0.97, 0.85, 1.0 - done * 0.7)
	var from := middle + minf(swept - 0.9, swept)
	draw_arc(Vector2(0, -4), REACH - 6.0, maxf(from, middle - 1.0), middle + swept, 8, shine, 3.0)
	draw_arc(Vector2(0, -4), REACH - 9.0, maxf(from, middle - 1.0), middle + swept, 8, Color(shine, 0.4), 2.0)
