class_name DemoJelly
extends Node2D
## A jelly: hops about, hops after the player when it sees one. Its picture is Playloom's; the eyes are ours.

signal burst(jelly: DemoJelly)

const HALF := Vector2(5, 3)
## Hits it takes, pixels a second, cells it sees, coins it drops.
const KINDS: Dictionary[String, Array] = {
	"blue": [2, 46.0, 5.0, 1],
	"green": [2, 62.0, 6.0, 2],
	"red": [3, 78.0, 7.0, 4],
	"violet": [7, 66.0, 8.0, 15],
}

const _HOP := 0.36  # seconds in the air
const _REST := 0.34
const _SLOW := 8.0

var kind: String = "blue"
var hits: int = 1
## Whether it comes after the player wherever the player is.
var roused: bool = false

var _home := Vector2.ZERO
var _push := Vector2.ZERO
var _towards := Vector2.ZERO
var _clock: float = 0.0
var _flash: float = 0.0
var _chasing: bool = false
var _figure := Sprite2D.new()
var _random := RandomNumberGenerator.new()
var _eyes := Vector2(0, -6)


## Puts a jelly somewhere.
func set_up(which: String, at: Vector2, seed_number: int) -> void:
	kind = which
	hits = KINDS[which][0]
	position = at
	_home = at
	_random.seed = seed_number
	_clock = -_random.randf() * 1.5
	_figure.texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	add_child(_figure)
	var face := Node2D.new()
	face.draw.connect(_draw_face.bind(face))
	_figure.add_child(face)


## Shows a picture of which [param used] is filled, standing on its feet.
func wear(picture: Texture2D, used: Rect2i) -> void:
	_figure.texture = picture
	var side := picture.get_size()
	_figure.offset = Vector2(0, side.y / 2.0 - used.end.y + 4.0)
	var middle := Vector2(used.get_center()) - side / 2.0
	_eyes = (middle + _figure.offset + Vector2(0, -1)).round()


## One step of the game.
func tick(delta: float, grid: DemoGrid, hero: DemoHero) -> void:
	var away := hero.position - position
	_push = _push.lerp(Vector2.ZERO, minf(1.0, _SLOW * delta))
	_flash = maxf(0.0, _flash - delta)
	_clock += delta
	if _clock >= _HOP + _REST * (0.6 if roused else 1.0):
		_clock = 0.0
		_choose(away)
	var motion := _push
	if _clock > 0.0 and _clock < _HOP:
		motion += _towards * (KINDS[kind][1] as float) * (1.2 if roused else 1.0)
	if motion.length_squared() > 1.0:
		position = grid.slide(position, motion * delta, HALF, true)
	if away.length() < (14.0 if kind == "violet" else 11.0) and hero.hearts > 0:
		hero.take_hit(position)
	_show(away)


## Takes a hit; pushed away from [param from].
func take_hit(from: Vector2) -> void:
	hits -= 1
	_flash = 0.14
	_push = (position - from).normalized() * (120.0 if kind == "violet" else 230.0)
	_clock = _HOP
	_chasing = true
	if hits <= 0:
		burst.emit(self)


func _choose(away: Vector2) -> void:
	var sees: float = (KINDS[kind][2] as float) * DemoGrid.CELL
	_chasing = away.length() < sees * (1.5 if _chasing else 1.0) or (roused and away.length() < 2.0 * sees)
	if _chasing:
		_towards = away.normalized().rotated(_random.randf_range(-0.3, 0.3))
	elif position.distance_to(_home) > 40.0:
		_towards = position.direction_to(_home)
	else:
		_towards = Vector2.from_angle(_random.randf() * TAU) * 0.6
		_clock = -_random.randf() * 0.8


func _show(away: Vector2) -> void:
	var airborne := clampf(_clock / _HOP, 0.0, 1.0)
	var high := sin(airborne * PI) if _clock > 0.0 and _clock < _HOP else 0.0
	var squash := sin(clampf((_clock - _HOP) / 0.22, 0.0, 1.0) * PI) * 0.22 if _clock >= _HOP else -high * 0.12
	_figure.scale = Vector2(1.0 + squash, 1.0 - squash)
	_figure.position.y = -high * 6.0
	_figure.modulate = Color(5, 5, 5) if _flash > 0.0 else Color.WHITE
	_figure.flip_h = away.x < 0.0
	(_figure.get_child(0) as Node2D).queue_redraw()
	queue_redraw()


func _draw() -> void:
	draw_set_transform(Vector2(0, 4), 0.0, Vector2(1.0, 0.4))
	draw_circle(Vector2.ZERO, 10.0 if kind == "violet" else 7.0, Color(0, 0, 0, 0.35))


func _draw_face(face: Node2D) -> void:
	var look := _towards * 1.4 if _chasing or roused else Vector2.ZERO
	draw_eyes(face, _eyes, kind == "violet", look)


## Draws two eyes around a place.
static func draw_eyes(on: CanvasItem, middle: Vector2, large: bool, look: Vector2) -> void:
	var big := 2.0 if large else 1.0
	for side: float in [-1.0, 1.0]:
		var at := middle + Vector2(side * (2.0 + big) - 1.0, -1.0)
		on.draw_rect(Rect2(at, Vector2(1.0 + big, 2.0 + big)), Color("fffaf0"))
		var pupil := at + Vector2(0.5 * big, 0.5 + 0.5 * big).floor()
		pupil = (pupil + look.round()).clamp(at, at + Vector2(big, 1.0 + big))
		on.draw_rect(Rect2(pupil, Vector2.ONE * maxf(1.0, big)), Color("1d1729"))
