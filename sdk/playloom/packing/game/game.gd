extends Node2D
## A level to walk through: keys, doors, chests, foes, and people who have something to ask.
##
## Made by [code]playloom pack[/code] to start from: change it as you like. With [code]-- --walk[/code] on
## the command line the hero walks the level's solution, tells what came of it and quits.

const STEP_SECONDS := 0.13
const BORDER := 16  # pixels of nothing that are shown around the map
const SHUT: Array[String] = ["solid", "liquid", "harm"]
const MOVES: Dictionary[StringName, Vector2i] = {
	&"ui_left": Vector2i.LEFT, &"ui_right": Vector2i.RIGHT, &"ui_up": Vector2i.UP, &"ui_down": Vector2i.DOWN
}

## What is where, as playloom wrote it.
var pack: Dictionary = {}
var keys: int = 0
var doors_opened: int = 0
## How many of each id of the world were taken or beaten.
var taken: Dictionary[String, int] = {}

var _side: int = 16
var _cell: Vector2i = Vector2i.ZERO
var _figures: Dictionary[Vector2i, Sprite2D] = {}
var _moving: bool = false
var _won: bool = false

@onready var _ground: TileMapLayer = $Level/Ground
@onready var _objects: TileMapLayer = $Level/Objects
@onready var _hero: Sprite2D = $Figures/Hero
@onready var _hud: Hud = Hud.new()
@onready var _quests: Quests = Quests.new()


func _ready() -> void:
	pack = JSON.parse_string(FileAccess.get_file_as_string("res://pack.json"))
	_side = int(pack["tile_pixels"] as float)
	_cell = _cell_of(_hero.position)
	for figure: Sprite2D in $Figures.get_children():
		if figure != _hero:
			_figures[_cell_of(figure.position)] = figure
			_objects.erase_cell(_cell_of(figure.position))
	_place_camera()
	add_child(_hud)
	_quests.game = self
	_quests.noted.connect(_hud.note)
	_quests.changed.connect(_refresh)
	add_child(_quests)
	_hud.title(str(pack["world"]), str((pack["places"] as Dictionary)["part_1"]["name"]))
	_refresh()
	if "--walk" in OS.get_cmdline_user_args():
		_walk_solution()


func _process(_delta: float) -> void:
	if _moving or _won or _quests.is_busy():
		return
	for action in MOVES:
		if Input.is_action_pressed(action):
			_step(MOVES[action])
			return


## Ids of the world that lie, stand or lurk in a cell.
func ids_at(cell: Vector2i) -> Array[String]:
	var found: Array[String] = []
	for table: String in ["items", "enemies", "people"]:
		var entries: Dictionary = pack[table]
		for id: String in entries:
			for at: Array in entries[id]["at"]:
				if Vector2i(int(at[0]), int(at[1])) == cell:
					found.append(id)
	return found


## The cells of an id of the world where there is still something of it.
func spots_of(id: String) -> Array[Vector2i]:
	var found: Array[Vector2i] = []
	for table: String in ["items", "enemies", "people", "places"]:
		for at: Array in ((pack[table] as Dictionary).get(id, {"at": []}) as Dictionary)["at"]:
			var cell := Vector2i(int(at[0]), int(at[1]))
			if table == "places" or _figures.has(cell) or _role(cell) in ["key", "chest", "pickup"]:
				found.append(cell)
	return found


## The hero's cell.
func cell() -> Vector2i:
	return _cell


func _step(by: Vector2i) -> void:
	var to := _cell + by
	if by.x != 0:
		_hero.flip_h = by.x < 0
	if _figures.has(to):
		await _meet(to, by)
	elif _can_enter(to):
		_cell = to
		await _hop(Vector2(to * _side) + Vector2(_side * 0.5, _side))
		_take(to)
		_quests.reached(to)


func _can_enter(cell: Vector2i) -> bool:
	var tile := _ground.get_cell_tile_data(cell)
	if tile == null or str(tile.get_custom_data("passability")) in SHUT:
		return false
	var thing := _objects.get_cell_tile_data(cell)
	if thing == null:
		return true
	if _role(cell) == "lock":
		if keys == 0:
			_hud.note("It is locked.")
			return false
		keys -= 1
		doors_opened += 1
		_objects.erase_cell(cell)
		_hud.note("The door opens.")
		_refresh()
		return true
	return not str(thing.get_custom_data("passability")) in SHUT


func _role(cell: Vector2i) -> String:
	var thing := _objects.get_cell_tile_data(cell)
	return "" if thing == null else str(thing.get_custom_data("role"))


func _take(cell: Vector2i) -> void:
	var role := _role(cell)
	if role == "exit":
		_won = true
		_hud.note("You have found the way out of %s." % (pack["places"] as Dictionary)["part_1"]["name"])
	if not role in ["key", "chest", "pickup"]:
		return
	keys += int(role == "key")
	_objects.erase_cell(cell)
	for id in ids_at(cell):
		taken[id] = taken.get(id, 0) + 1
		var item: Dictionary = (pack["items"] as Dictionary)[id]
		_hud.take(str(item["name"]), load(str(item["sprite"])) as Texture2D)
	_refresh()


func _meet(cell: Vector2i, by: Vector2i) -> void:
	var figure := _figures[cell]
	var id := str(figure.get_meta(&"playloom_id"))
	await _hop(_hero.position + Vector2(by) * _side * 0.4, 0.07)
	_hop(Vector2(_cell * _side) + Vector2(_side * 0.5, _side), 0.07)
	if (pack["people"] as Dictionary).has(id):
		_quests.talk(id)
		return
	_figures.erase(cell)
	taken[id] = taken.get(id, 0) + 1
	_hud.note("The %s is beaten." % ((pack["enemies"] as Dictionary)[id] as Dictionary)["name"])
	var fall := create_tween()
	fall.tween_property(figure, ^"modulate:a", 0.0, 0.25)
	fall.parallel().tween_property(figure, ^"position", figure.position + Vector2(by) * 6.0, 0.25)
	fall.tween_callback(figure.queue_free)
	_quests.reached(cell)


func _hop(to: Vector2, seconds: float = STEP_SECONDS) -> void:
	_moving = true
	var tween := create_tween()
	tween.tween_property(_hero, ^"position", to, seconds)
	await tween.finished
	_moving = false


func _refresh() -> void:
	_hud.keys(keys)
	_hud.objective(_quests.objective())


func _cell_of(feet: Vector2) -> Vector2i:
	return Vector2i((feet - Vector2(0, 1)) / _side)


func _place_camera() -> void:
	var camera := Camera2D.new()
	camera.zoom = Vector2.ONE * 3.0
	camera.position_smoothing_enabled = true
	camera.offset = Vector2(0, -_side)
	var drawn := _ground.get_used_rect()
	camera.limit_left = drawn.position.x * _side - BORDER
	camera.limit_top = drawn.position.y * _side - BORDER
	camera.limit_right = drawn.end.x * _side + BORDER
	camera.limit_bottom = drawn.end.y * _side + BORDER
	_hero.add_child(camera)
	camera.reset_smoothing()


func _walk_solution() -> void:
	Engine.time_scale = 20.0
	for point in ($Level/Solution as Line2D).points:
		var to := Vector2i(point / _side)
		while to != _cell:
			var before := _cell
			var foe := _figures.has(to)
			await _step(to - _cell)
			if before == _cell and not foe:
				_tell_walk("stopped at %s before %s" % [_cell, to])
				return
	_tell_walk("")


func _tell_walk(trouble: String) -> void:
	var told := {"exit": _won, "keys_left": keys, "doors_opened": doors_opened, "taken": taken, "trouble": trouble}
	told["quests"] = _quests.titles()
	print(JSON.stringify(told))
	get_tree().quit(0 if _won else 1)
