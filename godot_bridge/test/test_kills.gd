extends "res://test/case.gd"
## A server that is killed again and again, `kills` times, and `cancels` requests that are given up. Every request
## ends exactly once, with the bytes that a server gives which is left alone. Figures go to the file `out`.

const ALIVE_MILLISECONDS := 700  # of a server, at most
const RESPITE := 4  # kills until a server is left alone for as long as it has something to do
const CHUNK: Dictionary = {"theme": "cave", "seed": 7, "x": 1, "y": 0, "chunk": [16, 16]}

var _dice := RandomNumberGenerator.new()
var _jobs: Array[PlayloomJob] = []
var _asked: Array[int] = []
var _ends: Dictionary[String, int] = {}
var _away: PackedInt64Array = []  # milliseconds from each loss to the next welcome
var _lost_at := 0


func _ask(it: Playloom, number: int) -> void:
	var job: PlayloomJob = it.submit.callv(_request(number))
	job.finished.connect(_note_end.bind(job.id))
	_jobs.append(job)
	_asked.append(number)


func _note_end(_reply: PlayloomReply, id: String) -> void:
	_ends[id] = _ends.get(id, 0) + 1


func _pass(milliseconds: int) -> void:
	var end := Time.get_ticks_msec() + milliseconds
	while Time.get_ticks_msec() < end:
		await tree.process_frame


func test_every_request_ends_once() -> void:
	ProjectSettings.set_setting(PlayloomSettings.EXECUTABLE, option("playloom"))
	ProjectSettings.set_setting(PlayloomSettings.ARGUMENTS, PackedStringArray(["--cold"]))
	_dice.seed = int(options.get("seed", "7"))
	var it := service()
	it.disconnected.connect(func(_code: int, _reason: String) -> void: _lost_at = Time.get_ticks_msec())
	it.connected.connect(
		func() -> void:
			if _lost_at > 0:
				_away.append(Time.get_ticks_msec() - _lost_at)
	)
	expect(await it.start(), it.why_pack)
	for kill in int(option("kills")):
		if kill % RESPITE == 0:  # else a slow machine answers nothing at all
			await until(func() -> bool: return _ends.size() == _jobs.size(), 200.0, "answers")
		for _i in 3:
			_ask(it, _dice.randi_range(0, 4))
			await _pass(_dice.randi_range(0, ALIVE_MILLISECONDS / 3))
		var before := _away.size()
		OS.create_process("kill", ["-9", str(it.sidecar_pid())])
		await until(func() -> bool: return _away.size() > before, 60.0, "a new server after kill %d" % kill)
	for job in _jobs:
		expect((await job.completed()).ok, job.reply.error_message)
	await _pass(200)
	for job in _jobs:
		same(_ends.get(job.id), 1, "ends of " + job.id)
	await _compare(it)
	var cancelled := await _cancel_many(it)
	_away.sort()
	cancelled.sort()
	var counts := {"kills": _away.size(), "requests": _jobs.size(), "cancels": cancelled.size()}
	var found := {"counts": counts, "away_ms": _away, "cancel_ms": cancelled}
	print(JSON.stringify(found).left(300))
	if options.has("out"):
		FileAccess.open(option("out"), FileAccess.WRITE).store_string(JSON.stringify(found))
	it.queue_free()


# Method and params of a request; with the option `chunks` some make levels, which takes long.
func _request(number: int) -> Array:
	if number == 3 and options.has("chunks"):
		return ["chunk", CHUNK]
	var whats: Array[String] = ["worlds", "palettes", "words"]
	return ["ping"] if number == 4 else ["list", {"what": whats[number % 3]}]


# Asks for the same once more, undisturbed.
func _compare(it: Playloom) -> void:
	var wanted: Dictionary[int, Dictionary] = {}
	for place in _jobs.size():
		var number := _asked[place]
		if not wanted.has(number):
			var reply: PlayloomReply = await it.request.callv(_request(number))
			wanted[number] = reply.blobs
		expect(_jobs[place].reply.blobs == wanted[number], "the bytes of %s" % [_request(number)])


# Gives requests up at random moments; returns the milliseconds from then to each end.
func _cancel_many(it: Playloom) -> PackedFloat64Array:
	var times: PackedFloat64Array = []
	for number in int(option("cancels")):
		var job := it.submit("level", {"theme": "cave", "size": [64, 64], "seed": number})
		job.finished.connect(_note_end.bind(job.id))
		await _pass(_dice.randi_range(0, 40))
		var begun := Time.get_ticks_usec()
		job.cancel()
		expect((await job.completed()).ok or job.reply.error_code == "cancelled", job.reply.error_message)
		times.append((Time.get_ticks_usec() - begun) / 1000.0)
		same(_ends.get(job.id), 1, "ends of " + job.id)
	expect((await it.request("ping")).ok, "the connection is well")
	return times
