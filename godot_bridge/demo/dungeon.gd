class_name DemoDungeon
extends Node2D
## The place of the game: an endless dungeon that streams in and is lit around the player.

## The first rooms are here and the player stands in them.
signal entered
## The player is beside whoever gives the quest, and pressed the key for it.
signal talked
## The player stands where the key lies.
signal key_reached
## Coins, hearts or the like have changed.
signal changed
## The player fell and is back at the start.
signal carried_back(coins_lost: int)

const _DARK := Color(0.16, 0.14, 0.24)
const _CHEST_COINS := 5
const _FREEZE := 0.055  # seconds of hit-stop
const _TALK_REACH := 26.0  # pixels
const _CONTROLS := {"common": [3, 6], "strong": [0, 2], "bosses": 0, "treasure": [5, 9], "people": 0}

var hero := DemoHero.new()
var crowd: DemoCrowd = null
var grid: DemoGrid = null
var coins: int = 0
var burst_jellies: int = 0
## Whether the view shakes when something hits.
var shakes: bool = true
## Where the key lies; (0, 0) in pixels while nobody knows.
var key_place := Vector2.ZERO
var giver := DemoGiver.new()
## Whether the player has something to say to the giver.
var can_talk: bool = false
## Whether the player looks for the key.
var seeks_key: bool = false

var _layer := PlayloomLevelLayer.new()
var _firefly := DemoFirefly.new()
var _art: DemoArt = null
var _sounds: DemoSounds = null
var _sparks := DemoSparks.new()
var _camera := Camera2D.new()
var _seed: int = 0
var _start := Vector2i(-1, -1)
var _shake: float = 0.0
var _freeze: float = 0.0
var _key: DemoThing = null
var _service: Node = null


func _init(art: DemoArt, sounds: DemoSounds, seed_number: int, service: Node = null) -> void:
	_art = art
	_sounds = sounds
	_seed = seed_number
	_service = service
	y_sort_enabled = true
	_layer.theme = "dungeon"
	_layer.seed_number = seed_number
	_layer.controls = _CONTROLS
	_layer.service = service
	_layer.endless = true
	_layer.chunk_size = Vector2i.ONE * DemoPlaces.CHUNK
	_layer.reach = 22
	_layer.generate_on_ready = false
	_layer.show_objects = false
	_layer.collision_enabled = false
	_layer.z_index = -2
	_layer.target = hero
	_layer.chunk_loaded.connect(_take_chunk)
	_layer.chunk_unloaded.connect(_drop_chunk)
	grid = DemoGrid.new(_layer)
	crowd = DemoCrowd.new(art, grid, seed_number)
	crowd.taken.connect(_take)
	crowd.burst.connect(_burst)


func _ready() -> void:
	var night := CanvasModulate.new()
	night.color = _DARK
	for node: Node in [DemoMist.new(), night, _layer, crowd, _sparks, _firefly, _camera]:
		add_child(node)
	hero.hide()
	crowd.add_child(hero)
	hero.hurt.connect(_hurt)
	hero.fell.connect(_fall)
	hero.struck.connect(_strike)
	_art.drawn.connect(func(_kind: String) -> void: _hand_out())
	_hand_out()
	giver.hide()
	crowd.add_child(giver)
	_layer.generate()
	_find_key()


func _process(delta: float) -> void:
	_shake = maxf(0.0, _shake - delta * 12.0)
	_camera.position = _camera.position.lerp(hero.position, minf(1.0, 9.0 * delta))
	_camera.offset = Vector2(randf_range(-_shake, _shake), randf_range(-_shake, _shake)).round()
	_freeze -= delta
	if _start.x < 0 or _freeze > 0.0:
		return
	var steer := DemoControls.direction()
	var strikes := Input.is_action_just_pressed(DemoControls.STRIKE)
	hero.tick(delta, grid, steer, strikes)
	crowd.tick(delta, hero)
	_firefly.tick(delta, grid, hero, target())
	giver.tick(delta, can_talk, hero)
	if can_talk and is_by_giver() and Input.is_action_just_pressed(DemoControls.TALK):
		talked.emit()
	elif seeks_key and key_place != Vector2.ZERO and hero.position.distance_to(key_place) < 14.0:
		key_reached.emit()


## Whether the player is near enough to the giver to talk.
func is_by_giver() -> bool:
	return giver.visible and hero.position.distance_to(giver.position) < _TALK_REACH


## Where the story goes on, in pixels; (0, 0) while that is nowhere.
func target() -> Vector2:
	if seeks_key:
		return key_place
	return giver.position if can_talk else Vector2.ZERO


## Everything around the player is here and drawn.
func is_settled() -> bool:
	return _layer.is_settled()


## The key leaves the floor; the jellies want it back.
func take_key() -> void:
	if _key != null:
		crowd.remove(_key)
		_key = null
		_sparks.splash(key_place, Color("ffd93b"), 20)
		_sounds.play("key")
	crowd.rouse()


## Spends or gives coins.
func add_coins(count: int) -> void:
	coins = maxi(0, coins + count)
	changed.emit()


func _hand_out() -> void:
	giver.hold(_art.picture("fire"))
	if _art.is_drawn("sword"):
		hero.wield(_art.picture("sword"))


func _take_chunk(chunk: Vector2i, level: PlayloomLevel) -> void:
	var origin := _layer.first_cell(chunk)
	grid.take(origin, level)
	if chunk == Vector2i.ZERO and _start.x < 0:
		_enter(level)
	crowd.fill(origin, level, _start)


func _drop_chunk(chunk: Vector2i) -> void:
	crowd.clear(Rect2i(_layer.first_cell(chunk), _layer.chunk_size))


func _enter(level: PlayloomLevel) -> void:
	_start = level.start if level.start.x >= 0 else DemoPlaces.key_cell(level, 0)
	hero.position = DemoGrid.middle(_start)
	_camera.position = hero.position
	_camera.reset_smoothing()
	giver.position = DemoGrid.middle(_beside(_start))
	hero.show()
	giver.show()
	entered.emit()


## A safe cell two or three steps away, where the giver does not stand in the way.
func _beside(start: Vector2i) -> Vector2i:
	for step: Vector2i in [
		Vector2i(2, 0), Vector2i(-2, 0), Vector2i(0, -2), Vector2i(0, 2), Vector2i(1, 1), Vector2i(-1, 1)
	]:
		if grid.is_safe(start + step) and grid.way(start, start + step).size() <= 4:
			return start + step
	return start


func _find_key() -> void:
	var away := DemoPlaces.AWAY[_seed % DemoPlaces.AWAY.size()]
	var wishes := {"theme": "dungeon", "seed": _seed, "x": away.x, "y": away.y, "chunk": _layer.chunk_size}
	wishes.merge(_CONTROLS)
	var reply := await PlayloomService.submit(self, _service, "chunk", wishes).completed()
	var level := PlayloomLevel.from_reply(reply)
	if level == null or not is_inside_tree():
		return
	var cell := _layer.first_cell(away) + DemoPlaces.key_cell(level, _seed)
	key_place = DemoGrid.middle(cell)
	_key = crowd.add_thing("key", key_place)
	crowd.add_jelly("violet", key_place + Vector2(0, -20), _seed)
	changed.emit()


func _take(thing: DemoThing) -> void:
	match thing.kind:
		"pickup":
			add_coins(1)
			_sounds.play("coin")
			_sparks.splash(thing.position, Color("ffd93b"), 4)
		"chest":
			_sounds.play("burst")
			_sparks.splash(thing.position, Color("c68642"), 12)
			for number in _CHEST_COINS:
				crowd.add_thing("pickup", thing.position, Vector2.from_angle(number * TAU / _CHEST_COINS) * 95.0)
			if absi(hash(thing.cell)) % 2 == 0:
				crowd.add_thing("potion", thing.position, Vector2(0, 80))
		"potion":
			hero.heal(2)
			_sounds.play("heal")
			_sparks.say(hero.position, "+2", Color("ff8f8f"))
			changed.emit()


func _burst(jelly: DemoJelly) -> void:
	burst_jellies += 1
	_sparks.splash(jelly.position, Color(DemoArt.WANTED[jelly.kind][2][2] as String), 18)
	_jolt(3.5)
	_sounds.play("burst")
	for number in DemoJelly.KINDS[jelly.kind][3] as int:
		crowd.add_thing("pickup", jelly.position, Vector2.from_angle(number * 2.4) * randf_range(40.0, 90.0))
	if jelly.kind == "violet":
		for side: float in [-9.0, 9.0]:
			crowd.add_jelly("blue", jelly.position + Vector2(side, 0), _seed + int(side)).roused = true
	if jelly.kind == "red":
		crowd.add_thing("potion", jelly.position, Vector2(0, 50))


func _strike(from: Vector2, towards: Vector2) -> void:
	_sounds.play("swing")
	for at in crowd.strike(from, towards):
		_sparks.splash(at, Color.WHITE, 6)
		_freeze = _FREEZE
		_sounds.play("hit")
		_jolt(2.0)


func _hurt(_hearts: int) -> void:
	_freeze = _FREEZE
	_jolt(4.0)
	_sounds.play("hurt")
	_sparks.splash(hero.position, Color("e43b44"), 8)
	changed.emit()


func _fall() -> void:
	var lost := coins / 2
	coins -= lost
	hero.hearts = DemoHero.HEARTS
	hero.position = DemoGrid.middle(_start)
	carried_back.emit(lost)
	changed.emit()


func _jolt(pixels: float) -> void:
	if shakes:
		_shake = maxf(_shake, pixels)
