class_name DemoGiver
extends Sprite2D
## Whoever gives the quest, with a fire that Playloom drew, and a mark overhead where there is something to say.

var _fire := Sprite2D.new()
var _light := PointLight2D.new()
var _age: float = 0.0
var _marked: bool = false


func _init() -> void:
	texture = DemoArt.tile("person")
	light_mask = DemoHero.FIGURES_LIT
	texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	offset = Vector2(0, -5)
	_fire.texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	_fire.position = Vector2(13, 0)
	add_child(_fire)
	_light.texture = DemoHero.glow_of(88)
	_light.color = Color("ffb45e")
	_light.position = _fire.position
	_light.range_item_cull_mask = DemoHero.GROUND_LIT
	add_child(_light)


## Puts a fire beside the giver.
func hold(picture: Texture2D) -> void:
	_fire.texture = picture


## One step of the game.
func tick(delta: float, marked: bool, hero: DemoHero) -> void:
	_age += delta
	_marked = marked
	flip_h = hero.position.x < position.x
	_light.energy = 0.55 + 0.08 * sin(_age * 6.0) + 0.05 * sin(_age * 17.0)
	queue_redraw()


func _draw() -> void:
	if _marked:
		var at := Vector2(-1, -25 + roundf(sin(_age * 5.0) * 1.5))
		draw_rect(Rect2(at - Vector2(1, 1), Vector2(4, 11)), DemoLook.PAPER)
		draw_rect(Rect2(at, Vector2(2, 6)), DemoLook.GOLD)
		draw_rect(Rect2(at + Vector2(0, 7), Vector2(2, 2)), DemoLook.GOLD)
