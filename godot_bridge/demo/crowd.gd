class_name DemoCrowd
extends Node2D
## Everything that hops, glitters and can be taken: placed where the level says, a few a frame.

signal taken(thing: DemoThing)
signal burst(jelly: DemoJelly)

const _PLACED := 3  # nodes a frame
const _ACTIVE := 15.0 * DemoGrid.CELL  # pixels around the player in which things move
const _JELLIES: Dictionary[String, Array] = {
	"enemy": ["blue", "blue", "green"], "strong_enemy": ["red"], "boss": ["red"]
}
const _STILL := 8  # cells around the start without jellies

var _art: DemoArt = null
var _grid: DemoGrid = null
var _seed: int = 0
var _waiting: Array[Array] = []  # of name, cell
var _gone: Dictionary[Vector2i, bool] = {}
var _jellies: Array[DemoJelly] = []
var _things: Array[DemoThing] = []
var _start := Vector2i.ZERO
var _roused: bool = false


func _init(art: DemoArt, grid: DemoGrid, seed_number: int) -> void:
	_art = art
	_grid = grid
	_seed = seed_number
	y_sort_enabled = true
	art.drawn.connect(_dress)


## Places what stands in a chunk, over the next frames. Nothing dangerous stands near [param start].
func fill(origin: Vector2i, level: PlayloomLevel, start: Vector2i) -> void:
	_start = start
	for name: String in ["enemy", "strong_enemy", "boss", "pickup", "chest"]:
		for cell in level.cells_named(name):
			if not _gone.has(origin + cell):
				_waiting.append([name, origin + cell])


## Takes away what stands in cells that are left behind.
func clear(cells: Rect2i) -> void:
	_waiting = _waiting.filter(func(one: Array) -> bool: return not cells.has_point(one[1] as Vector2i))
	for jelly: DemoJelly in _jellies.duplicate():
		if cells.has_point(DemoGrid.cell_at(jelly.position)):
			_jellies.erase(jelly)
			jelly.queue_free()
	for thing: DemoThing in _things.duplicate():
		if thing.kind != "key" and cells.has_point(thing.cell):
			_things.erase(thing)
			thing.queue_free()


## One step of the game.
func tick(delta: float, hero: DemoHero) -> void:
	for count in mini(_PLACED, _waiting.size()):
		var one: Array = _waiting.pop_back()
		_place(one[0] as String, one[1] as Vector2i)
	for jelly: DemoJelly in _jellies.duplicate():
		if jelly.position.distance_to(hero.position) < _ACTIVE:
			jelly.tick(delta, _grid, hero)
	for thing: DemoThing in _things.duplicate():
		if thing.position.distance_to(hero.position) < _ACTIVE and thing.tick(delta, _grid, hero):
			_gone[thing.cell] = true
			_things.erase(thing)
			taken.emit(thing)
			thing.queue_free()


## Hits every jelly in an arc; returns where they are.
func strike(from: Vector2, towards: Vector2) -> Array[Vector2]:
	var hit: Array[Vector2] = []
	for jelly: DemoJelly in _jellies.duplicate():
		var away := jelly.position - from
		var near := away.length() < DemoHero.REACH + (6.0 if jelly.kind == "violet" else 2.0)
		if near and (absf(away.angle_to(towards)) < 1.2 or away.length() < 12.0):
			hit.append(jelly.position)
			jelly.take_hit(from)
	return hit


## Puts a jelly somewhere.
func add_jelly(kind: String, at: Vector2, seed_number: int) -> DemoJelly:
	var jelly := DemoJelly.new()
	jelly.set_up(kind, at, seed_number)
	jelly.wear(_art.picture(kind), _art.filled(kind))
	jelly.burst.connect(_burst)
	jelly.roused = _roused
	_jellies.append(jelly)
	add_child(jelly)
	return jelly


## Puts a thing somewhere.
func add_thing(kind: String, at: Vector2, fling: Vector2 = Vector2.ZERO) -> DemoThing:
	var thing := DemoThing.new()
	thing.set_up(kind, at, _art.picture("potion") if kind == "potion" else DemoArt.tile(kind), fling)
	thing.cell = DemoGrid.cell_at(at) if fling == Vector2.ZERO else Vector2i(1 << 20, _things.size())
	_things.append(thing)
	add_child(thing)
	return thing


## Takes a thing away that nobody picked up.
func remove(thing: DemoThing) -> void:
	_things.erase(thing)
	thing.queue_free()


## Every jelly comes after the player from now on, those that come later too.
func rouse() -> void:
	_roused = true
	for jelly in _jellies:
		jelly.roused = true


## How many jellies are here.
func count() -> int:
	return _jellies.size()


## The nearest jelly within that many pixels, or null.
func nearest(to: Vector2, within: float) -> DemoJelly:
	var best: DemoJelly = null
	for jelly in _jellies:
		if jelly.position.distance_to(to) < within:
			within = jelly.position.distance_to(to)
			best = jelly
	return best


func _place(name: String, cell: Vector2i) -> void:
	var at := DemoGrid.middle(cell)
	if name == "pickup" or name == "chest":
		add_thing(name, at)
	elif (cell - _start).length() > _STILL:
		var mixed := absi(hash([_seed, cell]))
		var kinds: Array = _JELLIES[name]
		add_jelly(kinds[mixed % kinds.size()] as String, at, mixed)
		_jellies[-1].set_meta(&"cell", cell)


func _burst(jelly: DemoJelly) -> void:
	_jellies.erase(jelly)
	if jelly.has_meta(&"cell"):
		_gone[jelly.get_meta(&"cell") as Vector2i] = true
	burst.emit(jelly)
	jelly.queue_free()


func _dress(kind: String) -> void:
	for jelly in _jellies:
		if jelly.kind == kind:
			jelly.wear(_art.picture(kind), _art.filled(kind))
	for thing in _things:
		if thing.kind == kind:
			thing.texture = _art.picture(kind)
