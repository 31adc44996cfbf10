extends "res://test/case.gd"
## Against a real server: `port` and `token` say where it is; what it makes is put into the folder `out`.


func _attached() -> Playloom:
	var it := service()
	expect(await it.attach(int(option("port")), option("token")), "the server lets us in")
	return it


# Asks, and writes every blob and the result into the folder, for the test in Python to compare.
func _keep(
	it: Playloom, name: String, method: String, params: Dictionary, payload := PackedByteArray()
) -> PlayloomReply:
	var reply := await it.request(method, params, payload)
	expect(reply.ok, "%s: %s" % [reply.error_code, reply.error_message])
	expect(not reply.from_pack)
	_write(name + ".result", JSON.stringify(reply.result).to_utf8_buffer())
	for blob in reply.blobs:
		_write("%s.%s" % [name, blob], reply.blobs[blob])
	return reply


func _write(file: String, bytes: PackedByteArray) -> void:
	FileAccess.open(option("out").path_join(file), FileAccess.WRITE).store_buffer(bytes)


func test_every_method() -> void:
	var it := await _attached()
	var asked := {"theme": &"dungeon", "size": Vector2i(24, 16), "seed": 7, "enemies": [2, null], "keys": 1}
	var files := {"files": PackedStringArray(["crypt.tscn", "crypt.png"])}
	var level := await _keep(it, "level", "level", asked.merged(files))
	same(level.result["size"], [24, 16])
	same(level.shapes["cells"], PackedInt64Array([16, 24]))
	var pinned := level.blobs["cells"]
	await _keep(it, "pinned", "level", {"theme": "dungeon", "size": [24, 16], "seed": 8, "pinned": true}, pinned)
	await _keep(it, "check", "check", {"kind": "level", "theme": "dungeon", "size": [24, 16]}, pinned)
	await _keep(it, "chunk", "chunk", {"theme": "cave", "seed": 7, "x": -3, "y": 2, "chunk": [16, 16]})
	var palette := [Color("1a1c2c"), Color("ff004d"), Color("29adff"), Color("ffccaa"), Color.WHITE]
	var hero := {"words": "knight", "size": 32, "seed": 3, "palette": palette, "engine": "fast"}
	var sprite := await _keep(it, "sprite", "sprite", hero)
	await _keep(it, "walk", "walk", {"side": 32}, sprite.blobs["rgba"])
	await _keep(it, "quest", "quest", {"world": "thornford", "seed": 4, "files": ["q.ink"]})
	await _keep(it, "list", "list", {"what": "worlds"})
	it.queue_free()


func test_words_of_the_autoload() -> void:
	var it := await _attached()
	var high := 9_223_372_036_854_775_807
	var level := await it.level({"theme": "cave", "size": Vector2i(16, 16), "seed": high})
	same(level.size, Vector2i(16, 16))
	var chunk := await it.chunk({"theme": "cave", "seed": 1, "x": 0, "y": 1, "chunk": [16, 16]})
	same(chunk.size, Vector2i(16, 16))
	var sprite := await it.sprite({"words": "knight", "size": 32, "seed": 3, "engine": "fast"})
	same(sprite.image.get_size(), Vector2i(32, 32))
	expect(await it.walk(sprite.image) != null, "a walk")
	expect(await it.quest({"seed": 4}) != null, "a quest")
	same(await it.level({"theme": "no such theme"}), null, "refused")
	it.queue_free()


func test_refusals_keep_their_names() -> void:
	var it := await _attached()
	var wanted := {
		"dance": "method_unknown", "level": "params_invalid", "quest": "request_invalid", "ping": "params_invalid"
	}
	for method: String in wanted:
		var reply := await it.request(method, {"giver": "nobody at all"} if method == "quest" else {"x": 1})
		same(reply.error_code, wanted[method], method)
		expect(not reply.ok and reply.error_message != "")
	for params: Dictionary in [
		{"theme": "a\u0001b"},
		{"theme": "a\u202eb"},
		{1: 2},
		{"difficulty": NAN},
		{"difficulty": INF},
		{"theme": self},
		{"priority": 10},
		{"priority": "9"},
		{"deadline_ms": 0},
		{"theme": "x".repeat(300_000)},
	]:
		var reply := await it.request("level", params)
		same(reply.error_code, "params_invalid", str(params).left(80))
	it.queue_free()


func test_a_batch_is_answered_whole_and_priorities_hold() -> void:
	var it := await _attached()
	var ends: Array[int] = []
	var jobs: Array[PlayloomJob] = []
	for number in 100:
		var job := it.submit("list", {"what": "worlds", "priority": number % 10})
		job.finished.connect(func(_reply: PlayloomReply) -> void: ends.append(number))
		jobs.append(job)
	for job in jobs:
		expect((await job.completed()).ok)
	same(ends.size(), 100, "ends")
	for place in 30:
		expect(ends[place] % 10 >= 5, "%d was early" % ends[place])
	it.queue_free()


func test_progress_lines_cancel_and_deadline() -> void:
	var it := await _attached()
	var lines: Array[String] = []
	var fractions: Array[float] = []
	var quest := it.submit("quest", {"world": "thornford", "seed": 4, "stream": true})
	quest.line_told.connect(
		func(act: String, text: String, complete: bool) -> void:
			expect(act != "" and text != "")
			if complete:
				lines.append(text)
	)
	expect((await quest.completed()).ok)
	expect(lines.size() > 3, "lines were told: %d" % lines.size())
	var level := it.submit("level", {"theme": "dungeon", "size": [48, 48], "seed": 5})
	level.progressed.connect(func(fraction: float) -> void: fractions.append(fraction))
	await until(func() -> bool: return not fractions.is_empty(), 60.0, "progress")
	var begun := Time.get_ticks_msec()
	level.cancel()
	same((await level.completed()).error_code, "cancelled")
	expect(Time.get_ticks_msec() - begun < 200, "cancelled at once")
	level.cancel()
	var hurried := await it.request("level", {"theme": "dungeon", "size": [96, 96], "deadline_ms": 5})
	same(hurried.error_code, "deadline_exceeded")
	expect((await it.request("ping")).ok, "the connection is well")
	it.queue_free()


func test_a_lost_connection_loses_no_request() -> void:
	var it := await _attached()
	var lost: Array[String] = []
	it.disconnected.connect(func(_code: int, reason: String) -> void: lost.append(reason))
	var params := {"theme": "cave", "size": [32, 32], "seed": 9}
	var jobs: Array[PlayloomJob] = [it.submit("level", params), it.submit("list", {"what": "words"})]
	for _i in 3:
		for _frame in 3:
			await tree.process_frame
		var client: PlayloomClient = it.get("_client")
		var connection: PlayloomConnection = client.get("_connection")
		connection.give_up("the test says so")
		await until(client.is_open, 20.0, "let in again")
	same(lost, ["the test says so", "the test says so", "the test says so"] as Array[String])
	for job in jobs:
		expect((await job.completed()).ok, job.reply.error_message)
	var again := await it.request("level", params)
	expect(again.blobs["cells"] == jobs[0].reply.blobs["cells"], "the same cells")
	it.queue_free()


func test_stop_ends_everything_once() -> void:
	var it := await _attached()
	var ends: Array[String] = []
	for number in 5:
		var job := it.submit("level", {"theme": "cave", "seed": number})
		job.finished.connect(func(reply: PlayloomReply) -> void: ends.append(reply.error_code))
	await tree.process_frame
	await tree.process_frame
	it.stop()
	same(ends, ["closed", "closed", "closed", "closed", "closed"] as Array[String])
	expect(await it.attach(int(option("port")), option("token")), "it starts again")
	expect((await it.request("ping")).ok)
	it.queue_free()
	await tree.process_frame
	same(ends.size(), 5)
