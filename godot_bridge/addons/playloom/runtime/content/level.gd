@tool
class_name PlayloomLevel
extends RefCounted
## A level or a chunk of an endless one, as the bridge made it: data, in no scene yet.
##
## [PlayloomLevelLayer] shows one. What happens in it is the game's: ask [method cells_named] where
## the enemies stand.

const _SIDE_HIGH := 1024
const _TILES_HIGH := 255
const _FOUR_WAYS: Dictionary[String, Vector2i] = {
	"U": Vector2i.UP, "D": Vector2i.DOWN, "L": Vector2i.LEFT, "R": Vector2i.RIGHT
}

## Width and height in cells.
var size: Vector2i = Vector2i.ZERO
## Theme and style, such as [code]"cave"[/code] and [code]"lava"[/code].
var theme: String = ""
var style: String = ""
## Names of the tiles by their id.
var tiles: PackedStringArray = PackedStringArray()
## Tile ids row by row, one byte a cell.
var ids: PackedByteArray = PackedByteArray()
## The shortest way from start to exit, a letter a move; seen from above U, D, L and R.
## docs/side-view.md has the others. Empty for chunks and where it is over 4,096.
var moves: String = ""
## What was checked and how it was made; empty where the server's is no JSON.
var evidence: Dictionary:
	get:
		return PlayloomFields.new().json(_reply, "evidence")
## Where the player begins; (-1, -1) where there is no start, as in most chunks.
var start: Vector2i:
	get:
		return _first(["start", "start_on_goal"])
## Where the level is left; (-1, -1) where there is no exit.
var exit: Vector2i:
	get:
		return _first(["exit"])

var _reply: PlayloomReply = null


## Reads a reply. Returns null where it is an error or lies about itself; [member
## PlayloomReply.error_message] says what is wrong then.
static func from_reply(reply: PlayloomReply) -> PlayloomLevel:
	if not reply.ok:
		return null
	var fields := PlayloomFields.new()
	var level := PlayloomLevel.new()
	level.size = fields.pair(reply.result, "size", 1, _SIDE_HIGH)
	level.theme = fields.text(reply.result, "theme")
	level.style = fields.text(reply.result, "style")
	level.tiles = fields.texts(reply.result, "tiles", _TILES_HIGH)
	level.moves = fields.text(reply.result, "solution", 4 << 20, true)
	level._reply = reply
	var shape := PackedInt64Array([level.size.y, level.size.x])
	var wire := fields.array(reply, "cells", shape, 2)
	if fields.fault.is_empty():
		level.ids = level._taken(wire, fields)
	return null if fields.fail(reply, "level") else level


## The id of a cell, or -1 outside of the map.
func id_at(cell: Vector2i) -> int:
	if cell.x < 0 or cell.y < 0 or cell.x >= size.x or cell.y >= size.y:
		return -1
	return ids[cell.y * size.x + cell.x]


## The name of a cell's tile, such as [code]"floor"[/code]; empty outside of the map.
func name_at(cell: Vector2i) -> String:
	var found := id_at(cell)
	return "" if found < 0 else tiles[found]


## All cells with the tile of that name, row by row: [code]cells_named("enemy")[/code].
func cells_named(name: String) -> Array[Vector2i]:
	var found: Array[Vector2i] = []
	var tile := tiles.find(name)
	if tile < 0:
		return found
	var at := ids.find(tile)
	while at >= 0:
		found.append(Vector2i(at % size.x, at / size.x))
		at = ids.find(tile, at + 1)
	return found


## The solution as steps from cell to cell; empty where there is none or the level is seen from the
## side.
func solution() -> Array[Vector2i]:
	var steps: Array[Vector2i] = []
	for move in moves:
		if not _FOUR_WAYS.has(move):
			return []
		steps.append(_FOUR_WAYS[move])
	return steps


func _first(names: PackedStringArray) -> Vector2i:
	for name in names:
		var at := ids.find(tiles.find(name)) if tiles.has(name) else -1
		if at >= 0:
			return Vector2i(at % size.x, at / size.x)
	return Vector2i(-1, -1)


## Takes the low bytes of u16le cells and sees that all are ids of tiles. The engine's own loops do
## it: one in GDScript would cost a frame on a large map.
func _taken(wire: PackedByteArray, fields: PlayloomFields) -> PackedByteArray:
	var low := Image.create_from_data(size.x, size.y, false, Image.FORMAT_RG8, wire)
	low.convert(Image.FORMAT_R8)
	var shifted := wire.slice(1)
	shifted.append(0)
	var high := Image.create_from_data(size.x, size.y, false, Image.FORMAT_RG8, shifted)
	high.convert(Image.FORMAT_R8)
	var found := low.get_data()
	var known := 0
	for tile in tiles.size():
		known += found.count(tile)
		if known == found.size():
			break
	if known != found.size() or high.get_data().count(0) != found.size():
		fields.note("cells hold a tile that has no name; there are %d" % tiles.size())
		return PackedByteArray()
	return found
