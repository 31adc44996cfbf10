class_name DemoFirefly
extends Node2D
## A firefly that knows the way: it flies a little ahead of the player, on ground that can be walked.

const _AHEAD := 5  # cells
const _LOOK_AGAIN := 0.35  # seconds
const _NEAR := 2  # cells: there is nothing more to show

var _goal := Vector2.ZERO
var _clock: float = 0.0
var _age: float = 0.0
var _light := PointLight2D.new()


func _init() -> void:
	z_index = 4
	_light.texture = DemoHero.glow_of(26)
	_light.color = Color("c8ff8a")
	_light.energy = 0.8
	add_child(_light)
	var bright := CanvasItemMaterial.new()
	bright.light_mode = CanvasItemMaterial.LIGHT_MODE_UNSHADED
	material = bright


## One step of the game; [param target] (0, 0) is nowhere.
func tick(delta: float, grid: DemoGrid, hero: DemoHero, target: Vector2) -> void:
	_age += delta
	_clock -= delta
	if not visible:
		position = hero.position
	visible = target != Vector2.ZERO
	if _clock <= 0.0 and visible:
		_clock = _LOOK_AGAIN
		var way := grid.way(DemoGrid.cell_at(hero.position), DemoGrid.cell_at(target))
		_goal = hero.position + hero.position.direction_to(target) * 40.0
		if way.size() > _NEAR:
			_goal = DemoGrid.middle(way[mini(_AHEAD, way.size() - 1)])
		elif way.size() > 0:
			_goal = target
	var sway := Vector2(sin(_age * 3.1), cos(_age * 4.3)) * 4.0
	position = position.lerp(_goal + sway + Vector2(0, -8), minf(1.0, 3.0 * delta))
	queue_redraw()


func _draw() -> void:
	var wing := 1.0 if fmod(_age, 0.16) < 0.08 else 0.0
	draw_rect(Rect2(-1, -1, 2, 2), Color("efffb0"))
	draw_rect(Rect2(-2, -2 + wing, 1, 1), Color(0.9, 1, 0.8, 0.6))
	draw_rect(Rect2(1, -2 + wing, 1, 1), Color(0.9, 1, 0.8, 0.6))
