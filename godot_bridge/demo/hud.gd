class_name DemoHud
extends Control
## Hearts, coins, what is to be done, and a compass that points there.

const _RIM := 6.0
const _HEART: Array[String] = [".##.##.", "#######", "#######", ".#####.", "..###..", "...#..."]
const _NEAR := 30.0  # pixels: there is nothing more to point at

var objective: String = ""
## Whether people talk, so that only the story is to be read.
var talking: bool = false
## A word for the moment; fades.
var note: String = ""

var _dungeon: DemoDungeon = null
var _story: DemoStory = null
var _coin := DemoArt.tile("pickup")
var _key := DemoArt.tile("key")
var _age: float = 0.0
var _note_left: float = 0.0


func _init(dungeon: DemoDungeon, story: DemoStory) -> void:
	_dungeon = dungeon
	_story = story
	theme = DemoLook.theme()
	set_anchors_preset(Control.PRESET_FULL_RECT)
	mouse_filter = Control.MOUSE_FILTER_IGNORE
	texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST


func _process(delta: float) -> void:
	_age += delta
	_note_left -= delta
	queue_redraw()


## Says something for a few seconds.
func say(words: String, seconds: float = 3.0) -> void:
	note = words
	_note_left = seconds


func _draw() -> void:
	for number in DemoHero.HEARTS:
		_draw_heart(Vector2(_RIM + number * 9.0, _RIM), number < _dungeon.hero.hearts)
	draw_texture(_coin, Vector2(_RIM - 4.0, 13.0))
	_words(str(_dungeon.coins), Vector2(_RIM + 11.0, 24.0), DemoLook.GOLD)
	if _story.has_key:
		draw_texture(_key, Vector2(_RIM + 28.0, 13.0))
	_middle(objective, _RIM + 7.0, DemoLook.INK)
	if _note_left > 0.0:
		_middle(note, size.y - 20.0, Color(DemoLook.GOLD, minf(1.0, _note_left)))
	elif not talking and _dungeon.can_talk and _dungeon.is_by_giver():
		_middle("E / A: talk to %s" % _story.giver_name(), size.y - 20.0, DemoLook.GOLD)
	_draw_compass()


func _draw_heart(at: Vector2, full: bool) -> void:
	for row in _HEART.size():
		for column in _HEART[row].length():
			if _HEART[row][column] == "#":
				var colour := Color("e43b44") if full else Color(0.25, 0.2, 0.3, 0.8)
				if full and row == 1 and column == 1:
					colour = Color("ffc2b0")
				draw_rect(Rect2(at + Vector2(column, row), Vector2.ONE), colour)


func _draw_compass() -> void:
	var target := _dungeon.target()
	var middle := Vector2(size.x - 18.0, 18.0)
	draw_circle(middle, 12.0, Color(DemoLook.PAPER, 0.75))
	draw_arc(middle, 12.0, 0.0, TAU, 32, Color(DemoLook.EDGE, 0.6))
	var away := target - _dungeon.hero.position
	if target == Vector2.ZERO:
		return
	var steps := "%d" % ceili(away.length() / DemoGrid.CELL)
	if away.length() > _NEAR:
		var ahead := away.normalized()
		var side := ahead.orthogonal() * 4.0
		var tip := middle + ahead * (9.0 + sin(_age * 6.0))
		draw_colored_polygon(PackedVector2Array([tip, middle + side, middle - side]), DemoLook.GOLD)
		draw_colored_polygon(PackedVector2Array([middle - ahead * 7.0, middle + side, middle - side]), Color("6b4a6e"))
	else:
		draw_circle(middle, 3.0 + sin(_age * 6.0), DemoLook.GOLD)
	_words(steps, middle + Vector2(-4.0, 22.0), DemoLook.DIM)


func _middle(text: String, y: float, colour: Color) -> void:
	var wide := DemoLook.FONT.get_string_size(text, HORIZONTAL_ALIGNMENT_LEFT, -1, 8).x
	_words(text, Vector2(roundf((size.x - wide) / 2.0), y), colour)


func _words(text: String, at: Vector2, colour: Color) -> void:
	var dark := Color(DemoLook.PAPER, colour.a)
	draw_string_outline(DemoLook.FONT, at, text, HORIZONTAL_ALIGNMENT_LEFT, -1, 8, 3, dark)
	draw_string(DemoLook.FONT, at, text, HORIZONTAL_ALIGNMENT_LEFT, -1, 8, colour)
