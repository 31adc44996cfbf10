class_name DemoArt
extends Node2D
## The game's pictures: jellies and a potion that Playloom draws, tiles of its level themes for the rest.
##
## The sprites are made on the title screen. Until one is there, its tile stands for it.

## A picture is there now.
signal drawn(kind: String)

const TILES := preload("res://addons/playloom/runtime/tiles/dungeon.png")
const BLUE: PackedStringArray = ["1b2a5c", "2c56a8", "4fa0e0", "a8e0f4", "ffffff"]
const GREEN: PackedStringArray = ["123a2c", "1f6b3a", "4fa63d", "a6d84a", "f4f7c0"]
const RED: PackedStringArray = ["4a1030", "8f1f3a", "d8433f", "f58a4b", "ffe2a8"]
const FIRE: PackedStringArray = ["3a1a2e", "8a3b2a", "d97a2b", "f7c545", "fff3c4"]
const STEEL: PackedStringArray = ["1f2436", "4a5470", "8a97ad", "d2dbe3", "ffffff"]
const VIOLET: PackedStringArray = ["2b1650", "5a2d91", "9a52c8", "e08ae0", "fff0f8"]

## What is drawn: words, side, palette, seeds that we looked at, and the tile that stands for it.
const WANTED: Dictionary[String, Array] = {
	"blue": ["jelly", 24, BLUE, [0, 1, 2, 4, 8, 11], "enemy"],
	"green": ["jelly", 24, GREEN, [0, 2, 5, 7, 8], "enemy"],
	"red": ["jelly", 24, RED, [0, 1, 2, 4, 6, 7], "strong_enemy"],
	"violet": ["jelly", 32, VIOLET, [3, 4, 5, 6], "boss"],
	"potion": ["red potion", 16, RED, [2, 4], "pickup"],
	"fire": ["fire", 16, FIRE, [4], "start"],
	"sword": ["sword", 24, STEEL, [0, 2, 4], "crate"],
}
const _TILE_FILLS := Rect2i(2, 4, 12, 12)
const _COLUMNS: Dictionary[String, int] = {
	"key": 8,
	"start": 12,
	"pickup": 14,
	"chest": 15,
	"enemy": 16,
	"crate": 21,
	"strong_enemy": 17,
	"boss": 18,
	"person": 19
}

## Asked for content instead of the autoload.
var service: Node = null

var _sprites: Dictionary[String, PlayloomSprite2D] = {}


## The picture of a tile such as [code]chest[/code].
static func tile(name: String) -> AtlasTexture:
	var picture := AtlasTexture.new()
	picture.atlas = TILES
	picture.region = Rect2(_COLUMNS[name] * 16, 0, 16, 16)
	return picture


## Asks for everything that this seed shows.
func draw_for(seed_number: int) -> void:
	for kind: String in WANTED:
		var wish: Array = WANTED[kind]
		var sprite: PlayloomSprite2D = _sprites.get(kind)
		if sprite == null:
			sprite = PlayloomSprite2D.new()
			sprite.generate_on_ready = false
			sprite.service = service
			sprite.texture = tile(wish[4])
			sprite.hide()
			sprite.generated.connect(func(_made: PlayloomSprite) -> void: drawn.emit(kind))
			add_child(sprite)
			_sprites[kind] = sprite
		var seeds: Array = wish[3]
		sprite.words = wish[0]
		sprite.side = wish[1]
		sprite.more = {"palette": wish[2]}
		sprite.seed_number = seeds[seed_number % seeds.size()]
		sprite.generate()


## The picture of a kind as it is now.
func picture(kind: String) -> Texture2D:
	return _sprites[kind].texture if _sprites.has(kind) else tile(WANTED[kind][4])


## Whether the picture of a kind is made.
func is_drawn(kind: String) -> bool:
	return _sprites.has(kind) and _sprites[kind].sprite != null


## What of a picture is filled, in pixels; kept on this side of the graphics card, so that it costs no frame.
func filled(kind: String) -> Rect2i:
	return _sprites[kind].sprite.image.get_used_rect() if is_drawn(kind) else _TILE_FILLS
