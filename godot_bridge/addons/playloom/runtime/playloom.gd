@tool
extends Node
## The autoload [code]Playloom[/code]: makes levels, sprites and quests while the game runs.
##
## [codeblock]
## var level := await Playloom.level({"theme": "dungeon", "size": Vector2i(48, 32), "seed": 7})
## [/codeblock]
## The first request starts a server or joins one; where none can run, the shipped pack answers. Fields
## of requests stand in PROTOCOL.md; [Vector2i] and [Color] may be used in them.

## A server has let us in; also after every reconnect.
signal connected
## The connection was lost. Open requests go on after the next [signal connected].
signal disconnected(code: int, reason: String)
## From now on only the shipped pack answers; says why and what to do.
signal fell_back(why: String)

## It is settled who answers from now on: a server, or the pack.
signal settled

enum State { IDLE, LAUNCHING, CONNECTING, SERVING, WAITING, PACK }

## Microseconds of a frame that are spent on messages; one is always taken.
const BUDGET := 1000
## Times in a row that a server could not be reached, until the pack takes over.
const TRIES_HIGH := 10
## Milliseconds between two of these, at most: the first come at once.
const WAIT_HIGH := 1600
## Connections in a row that ended before anything was answered, until the pack takes over.
const FRUITLESS_HIGH := 24

var state := State.IDLE
## Why only the pack answers; empty where a server does.
var why_pack: String = ""

var _client := PlayloomClient.new()
var _sidecar: PlayloomSidecar = null
var _pack: PlayloomPack = null
var _given: Dictionary = {}  # port and token of a server that the game named itself
var _was_let_in := false
var _tries := 0
var _fruitless := 0
var _answered := 0  # as of the last loss
var _again := 0  # when to try again, milliseconds


func _init() -> void:
	process_mode = Node.PROCESS_MODE_ALWAYS
	_client.entered.connect(_enter)
	_client.lost.connect(_lose)


func _enter_tree() -> void:
	# Not _process: messages come before PlayloomWriter's turn, which then knows what is left of the frame.
	get_tree().process_frame.connect(poll)


func _exit_tree() -> void:
	get_tree().process_frame.disconnect(poll)
	stop()


## Does what there is to do: every frame by itself; an import, which cannot await frames, calls it.
func poll() -> void:
	var began := Time.get_ticks_usec()
	match state:
		State.LAUNCHING:
			_sidecar.poll()
			if _sidecar.state == PlayloomSidecar.State.READY:
				_connect_to(_sidecar.port, _sidecar.token)
			elif _sidecar.state == PlayloomSidecar.State.ENDED:
				_fail(_sidecar.why)
		State.WAITING:
			if Time.get_ticks_msec() >= _again:
				_begin()
		State.SERVING:
			if _sidecar != null:
				_sidecar.poll()
		State.PACK:
			_answer_from_pack()
	_client.poll(BUDGET)
	PlayloomWriter.charge((Time.get_ticks_usec() - began) / 1000.0)


## Starts a server or joins one, as the project settings say, and waits for it. Returns false where only
## the pack answers; then another call tries again.
func start() -> bool:
	if state == State.IDLE or state == State.PACK:
		_tries = 0
		_fruitless = 0
		_begin()
	if state != State.SERVING and state != State.PACK:
		await settled
	return state == State.SERVING


## Joins a server that runs on this machine, whatever the settings say.
func attach(port: int, token: String) -> bool:
	_leave()
	_given = {"port": port, "token": token}
	return await start()


## Ends the server that was started here, and every open request with the error [code]closed[/code].
func stop() -> void:
	_client.end_all("closed", "Playloom was stopped")
	_leave()
	settled.emit()


## The process number of the server that was started here; -1 where there is none.
func sidecar_pid() -> int:
	return _sidecar.pid if _sidecar != null else -1


## Asks for something and returns at once. [param payload] holds what some methods take beside their
## params: cells to keep, a picture to vary, a world.
func submit(method: String, params: Dictionary = {}, payload: PackedByteArray = PackedByteArray()) -> PlayloomJob:
	var job := _client.submit(method, params, payload)
	if state == State.IDLE:
		_begin_if_idle.call_deferred()
	return job


## Asks for something and waits for the answer.
func request(method: String, params: Dictionary = {}, payload: PackedByteArray = PackedByteArray()) -> PlayloomReply:
	return await submit(method, params, payload).completed()


## Makes a level. Returns null where there is none, with a warning that says why.
func level(wishes: Dictionary = {}) -> PlayloomLevel:
	return PlayloomLevel.from_reply(await _wanted("level", wishes))


## Makes a chunk of an endless level: [code]{"theme": "cave", "seed": 7, "x": -3, "y": 2}[/code]. As [method level].
func chunk(wishes: Dictionary) -> PlayloomLevel:
	return PlayloomLevel.from_reply(await _wanted("chunk", wishes))


## Makes a sprite: [code]{"words": "red potion", "size": 32}[/code]. As [method level].
func sprite(wishes: Dictionary = {}) -> PlayloomSprite:
	return PlayloomSprite.from_reply(await _wanted("sprite", wishes))


## Makes a figure walk in four directions; its picture has 16 or 32 pixels a side. As [method level].
func walk(figure: Image, wishes: Dictionary = {}) -> PlayloomWalk:
	var picture := figure.duplicate() as Image
	picture.convert(Image.FORMAT_RGBA8)
	var asked := wishes.merged({"side": picture.get_width()})
	return PlayloomWalk.from_reply(await _wanted("walk", asked, picture.get_data()))


## Makes a quest: [code]{"world": "thornford", "seed": 4}[/code]; [param world] is a world file of your own, TOML.
## As [method level].
func quest(wishes: Dictionary = {}, world: String = "") -> PlayloomQuestGraph:
	return PlayloomQuestGraph.from_reply(await _wanted("quest", wishes, world.to_utf8_buffer()))


func _wanted(method: String, wishes: Dictionary, payload: PackedByteArray = PackedByteArray()) -> PlayloomReply:
	var reply := await request(method, wishes, payload)
	if not reply.ok:
		push_warning("Playloom: no %s: %s: %s" % [method, reply.error_code, reply.error_message])
	return reply


func _begin_if_idle() -> void:
	if state == State.IDLE:
		_begin()


# Goes back to where nothing is started; open requests wait.
func _leave() -> void:
	_client.drop()
	if _sidecar != null:
		_sidecar.stop()
		_sidecar = null
	_given = {}
	_tries = 0
	_fruitless = 0
	_was_let_in = false
	state = State.IDLE


# Takes the next step towards a server.
func _begin() -> void:
	var mode: String = PlayloomSettings.get_value(PlayloomSettings.MODE)
	var ready_file: String = PlayloomSettings.get_value(PlayloomSettings.READY_FILE)
	if not _given.is_empty():
		_connect_to(_given["port"] as int, _given["token"] as String)
	elif mode == "pack_only":
		_fall_back("the project setting %s says so" % PlayloomSettings.MODE)
	elif mode == "attach" or (ready_file != "" and FileAccess.file_exists(ready_file)):
		_attach_to(ready_file)
	elif OS.has_feature("web") or OS.has_feature("mobile"):
		_fall_back("no server can be started on %s" % OS.get_name())
	elif _sidecar != null and _sidecar.port > 0 and _tries <= 2 and _sidecar.is_running():
		_connect_to(_sidecar.port, _sidecar.token)
	else:
		_launch()


func _launch() -> void:
	if _sidecar != null:
		_sidecar.stop()
	var looked := PackedStringArray()
	var program := PlayloomSidecar.find(looked)
	if program == "":
		_fall_back(
			(
				(
					"no server of Playloom found; in development run: pip install 'playloom[bridge]', beside an"
					+ " exported game: playloom bundle --for %s -o %s; looked for %s"
				)
				% [OS.get_name().to_lower(), PlayloomSidecar.BUNDLED, ", ".join(looked)]
			)
		)
		return
	_sidecar = PlayloomSidecar.new()
	var arguments := PlayloomSettings.get_value(PlayloomSettings.ARGUMENTS) as PackedStringArray
	var seconds: float = PlayloomSettings.get_value(PlayloomSettings.START_SECONDS)
	state = State.LAUNCHING
	_sidecar.launch(program, arguments, seconds)


func _attach_to(ready_file: String) -> void:
	var json := JSON.new()
	var text := FileAccess.get_file_as_string(ready_file)
	var found: Dictionary = {}
	if json.parse(text) == OK and json.data is Dictionary:
		found = json.data
	if found.get("port") is float and found.get("token") is String:
		_connect_to(int(found["port"] as float), found["token"] as String)
	else:
		_fail("%s: no port and token; run: playloom serve --ready-file %s" % [ready_file, ready_file])


func _connect_to(port: int, token: String) -> void:
	state = State.CONNECTING
	_client.connect_to(port, token)


func _enter() -> void:
	state = State.SERVING
	_tries = 0
	_was_let_in = true
	why_pack = ""
	settled.emit()
	connected.emit()


func _lose(code: int, reason: String) -> void:
	if state == State.SERVING:
		_fruitless = _fruitless + 1 if _client.answered == _answered else 0
		_answered = _client.answered
		disconnected.emit(code, reason)
	_fail(reason if reason != "" else "the connection ended with code %d" % code)


# Tries again after a while, longer each time; in the end the pack takes over.
func _fail(problem: String) -> void:
	_tries += 1
	if _tries >= (TRIES_HIGH if _was_let_in else 3) or _fruitless >= FRUITLESS_HIGH:
		_fall_back(problem)
		return
	state = State.WAITING
	var wait := mini(400, 20 * _fruitless)
	if _tries > 1:
		wait += mini(WAIT_HIGH, (15 if _was_let_in else 50) << _tries)
	_again = Time.get_ticks_msec() + wait


func _fall_back(why: String) -> void:
	if _sidecar != null:
		_sidecar.stop()
		_sidecar = null
	_client.drop()
	state = State.PACK
	why_pack = why
	_pack = PlayloomPack.new()
	push_warning("Playloom: only the shipped pack answers: %s" % why)
	fell_back.emit(why)
	settled.emit()


func _answer_from_pack() -> void:
	var until := Time.get_ticks_usec() + BUDGET
	while Time.get_ticks_usec() < until:
		var one := _client.hand_over()
		if one == null:
			return
		var reply := _pack.answer(one.method, one.params, one.payload)
		if not reply.ok:
			reply.error_message += "; no server answers: %s" % why_pack
		one.job.end(reply)
