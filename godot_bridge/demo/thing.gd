class_name DemoThing
extends Sprite2D
## Something to pick up by walking over it: a coin, a chest, a potion, the key.

const REACH := 11.0  # pixels
const _PULL := 30.0  # pixels from which coins come by themselves

var kind: String = "pickup"
## The cell of the level it came from; what was taken stays taken.
var cell: Vector2i = Vector2i.ZERO

var _age: float = 0.0
var _fling := Vector2.ZERO
var _ground := Vector2.ZERO


## Puts a thing somewhere; [param fling] throws it there.
func set_up(which: String, at: Vector2, picture: Texture2D, fling: Vector2 = Vector2.ZERO) -> void:
	kind = which
	texture = picture
	texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	position = at
	_ground = at
	_fling = fling
	_age = fmod(at.x * 0.13 + at.y * 0.07, 3.0) if fling == Vector2.ZERO else 0.0


## One step of the game; returns whether the player has it.
func tick(delta: float, grid: DemoGrid, hero: DemoHero) -> bool:
	_age += delta
	if _fling != Vector2.ZERO:
		_ground = grid.slide(_ground, _fling * delta, Vector2(3, 3), true)
		_fling = _fling.move_toward(Vector2.ZERO, 260.0 * delta)
	var away := hero.position - _ground
	if kind == "pickup" and away.length() < _PULL and _age > 0.3:
		_ground += away.normalized() * 110.0 * delta
	var bob := 0.0 if kind == "chest" else sin(_age * 3.5) * 1.5
	position = _ground + Vector2(0, roundf(bob) - 3.0)
	return kind != "key" and away.length() < REACH and _age > 0.25
