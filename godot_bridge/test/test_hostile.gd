extends "res://test/case.gd"
## Against false servers: the ports of tests/addon/puppet.py by what goes wrong there, and `token`.

const RESULT := '{"jsonrpc": "2.0", "id": "$ID", "result": %s}'
const FRAME_MILLISECONDS := 1000  # nothing may take so long, however busy the machine is

var _longest := 0
var _before := 0


## A request and how often it ended.
class Told:
	extends RefCounted
	var ends := 0
	var job: PlayloomJob

	func _init(of: PlayloomJob) -> void:
		job = of
		job.finished.connect(_end)

	func _end(_reply: PlayloomReply) -> void:
		ends += 1


func _watch() -> void:
	var now := Time.get_ticks_msec()
	_longest = maxi(_longest, now - _before)
	_before = now


func _client(port: String) -> PlayloomClient:
	var client := PlayloomClient.new()
	client.connect_to(int(option(port)), option("token"))
	_before = Time.get_ticks_msec()
	tree.process_frame.connect(client.poll.bind(2000))
	if not tree.process_frame.is_connected(_watch):
		tree.process_frame.connect(_watch)
	return client


func _entered() -> PlayloomClient:
	var client := _client("puppet")
	await until(client.is_open, 20.0, "let in")
	return client


func _ask(client: PlayloomClient, say: Array, more: Dictionary = {}) -> Told:
	return Told.new(client.submit("level", more.merged({"say": say}), PackedByteArray()))


# Has the puppet say something, and returns the reply that the game gets of it.
func _reply(client: PlayloomClient, say: Array, more: Dictionary = {}) -> PlayloomReply:
	var told := _ask(client, say, more)
	await until(func() -> bool: return told.ends > 0, 20.0, "an end of %s" % str(say).left(200))
	for _i in 3:
		await tree.process_frame
	same(told.ends, 1, "ends")
	return told.job.reply


func test_who_does_not_prove_itself_is_told_nothing() -> void:
	for port: String in ["wrong_proof", "no_proof", "echo", "denied", "junk", "silent"]:
		var client := _client(port)
		var reasons: PackedStringArray = []
		client.lost.connect(func(_code: int, reason: String) -> void: reasons.append(reason))
		var told := Told.new(client.submit("level", {"seed": 1}, PackedByteArray()))
		await until(func() -> bool: return not reasons.is_empty(), 20.0, port)
		same(reasons.size(), 1, port)
		expect(not client.is_open())
		same(told.ends, 0, "ends after " + port)
		client.end_all("closed", "")
		same(told.ends, 1, "ends after " + port)
	expect(_longest < FRAME_MILLISECONDS, "a frame took %d ms" % _longest)


func test_a_service_that_is_given_a_false_server_takes_the_pack() -> void:
	for port: String in ["wrong_proof", "junk", "closes"]:
		var it := service()
		var whys: PackedStringArray = []
		it.fell_back.connect(func(why: String) -> void: whys.append(why))
		expect(not await it.attach(int(option(port)), option("token")))
		same(whys.size(), 1, "falls")
		var reply := await it.request("level", {"theme": "dungeon", "seed": 1})
		expect(not reply.ok and reply.error_message.contains(whys[0]))
		it.queue_free()


func test_lies_about_blobs() -> void:
	var client := await _entered()
	var lies := [
		'{"blobs": 7}',
		'{"blobs": [7]}',
		'{"blobs": [{"name": "a", "type": "u8", "size": 4, "shape": [4]}]}',
		'{"blobs": [{"name": "a", "type": "u8", "size": -1, "shape": [1]}]}',
		'{"blobs": [{"name": "a", "type": "json", "size": 1e300}]}',
		'{"blobs": [{"name": "a", "type": "json", "size": 9223372036854775807}]}',
		'{"blobs": [{"name": "a", "type": "json", "size": 0.5}]}',
		'{"blobs": [{"name": "a", "type": "u16le", "size": 0}]}',
		'{"blobs": [{"name": "a", "type": "u8", "size": 0, "shape": [65536, 65536, 65536, 65536]}]}',
		'{"blobs": [{"name": "a", "type": "u8", "size": 0, "shape": [-1, 0]}]}',
		'{"blobs": [{"name": "a", "type": "u8", "size": 0, "shape": [0, 0, 0, 0, 0]}]}',
		'{"blobs": [{"name": "a", "type": "u8", "size": 0, "shape": ["0"]}]}',
		'{"blobs": [{"name": "a", "type": 8, "size": 0}]}',
		'{"blobs": [{"name": "a", "type": "pickle", "size": 0}]}',
		'{"blobs": [{"name": null, "type": "json", "size": 0}]}',
		'{"blobs": [{"name": "a", "type": "json", "size": 0}, {"name": "a", "type": "json", "size": 0}]}',
		'{"blobs": [%s]}' % ",".join(_many('{"name": "%d", "type": "json", "size": 0}', 65)),
	]
	for lie: String in lies:
		var reply := await _reply(client, [["text", RESULT % lie]])
		same(reply.error_code, "answer_damaged", lie.left(200))
	var honest := '{"blobs": [{"name": "a", "type": "u8", "size": 0, "shape": [0, 4]}]}'
	var reply := await _reply(client, [["text", RESULT % honest]])
	expect(reply.ok)
	same(reply.shapes["a"], PackedInt64Array([0, 4]))
	for content: String in ["{}", '{"size": [7, "x"], "tiles": {}, "theme": 3, "blobs": []}']:
		reply = await _reply(client, [["text", RESULT % content]])
		for made: Variant in [
			PlayloomLevel.from_reply(reply),
			PlayloomSprite.from_reply(reply),
			PlayloomWalk.from_reply(reply),
			PlayloomQuestGraph.from_reply(reply)
		]:
			same(made, null, "content of a lie")


func test_frames_that_are_none() -> void:
	var frames := [
		["text", "7"],
		["text", "not JSON $ID"],
		["text", "[" + RESULT % "{}" + "]"],
		["text", '{"id": "$ID", "result": {}}'],
		["text", '{"jsonrpc": "2.0", "id": 7, "result": {}}'],
		["text", '{"jsonrpc": "2.0", "id": ["$ID"], "result": {}}'],
		["text", '{"jsonrpc": "2.0", "id": "nobody", "result": {}}'],
		["text", '{"jsonrpc": "2.0", "method": 7, "params": {"id": "$ID"}}'],
		["text", '{"jsonrpc": "2.0", "method": "progress", "params": {"id": 7}}'],
		["hex", ""],
		["hex", "0102"],
		["hex", "ffffffff7b7d"],
		["hex", "02000000fffe"],
	]
	for frame: Array in frames:
		var client := await _entered()
		var reply := await _reply(client, [frame, ["text", RESULT % '{"blobs": []}']])
		expect(reply.ok, "an answer after %s" % [frame])
		client.drop()
	var client := await _entered()
	for frame: Array in [
		["text", '{"jsonrpc": "2.0", "id": "$ID"}'],
		["text", '{"jsonrpc": "2.0", "id": "$ID", "result": {}, "error": {}}'],
		["text", '{"jsonrpc": "2.0", "id": null, "result": {}}'],
		["text", '{"jsonrpc": "2.0", "method": "dance", "params": {"id": "$ID"}}'],
	]:
		var told := _ask(client, [frame, ["text", RESULT % '{"blobs": []}']])
		await until(func() -> bool: return told.ends > 0, 20.0, "an end")
	expect(client.is_open())
	client.drop()


func test_damaged_results_and_errors() -> void:
	var client := await _entered()
	var reply := await _reply(client, [["text", RESULT % "[]"]])
	same(reply.error_code, "answer_damaged")
	reply = await _reply(client, [["text", RESULT % ("[".repeat(40) + "]".repeat(40))]])
	same(reply.error_code, "answer_damaged")
	var errors := {
		'"oops"': "internal",
		"null": "internal",
		'{"code": "x", "data": 7}': "internal",
		'{"code": -1, "message": [], "data": {"code": 7, "retry_ms": "x", "advice": {}}}': "internal",
		'{"code": -1, "message": "no", "data": {"code": "request_invalid"}}': "request_invalid",
	}
	for error: String in errors:
		var text := '{"jsonrpc": "2.0", "id": "$ID", "error": %s}' % error
		reply = await _reply(client, [["text", text]])
		same(reply.error_code, errors[error], error)
	reply = await _reply(client, [["text", '{"jsonrpc": "2.0", "id": null, "error": {"message": "cannot be read"}}']])
	same(reply.error_message, "cannot be read")
	client.drop()


func test_deep_and_wide_documents() -> void:
	var client := await _entered()
	var wide := ["text", RESULT % ('{"a": [%s]}' % ",".join(_many("%d", 9000)))]
	var deep := ["text", '{"jsonrpc": "2.0", "id": "$ID", "result": %s1%s}' % ['{"a":'.repeat(500), "}".repeat(500)]]
	for frame: Array in [wide, deep]:
		var reply := await _reply(client, [frame])
		same(reply.error_code, "answer_damaged")
	var reply := await _reply(client, [], {"deadline_ms": 100})
	same(reply.error_code, "deadline_exceeded", "an answer that never comes")
	client.drop()
	expect(_longest < FRAME_MILLISECONDS, "a frame took %d ms" % _longest)


func test_double_answers_and_answers_to_nobody() -> void:
	var client := await _entered()
	var twice := [["text", RESULT % '{"blobs": []}', 2]]
	for _i in 3:
		expect((await _reply(client, twice)).ok)
	expect(client.is_open(), "a few are borne")
	var told := _ask(client, [["text", RESULT.replace("$ID", "g999") % "{}", 100]])
	await until(func() -> bool: return not client.is_open(), 20.0, "given up")
	same(told.ends, 0, "ends")
	client.end_all("closed", "")
	same(told.ends, 1, "ends")


func test_parts_that_do_not_fit() -> void:
	var json := '{"blobs": [{"name": "a", "type": "json", "size": 30}], "parts": 2}'
	var client := await _entered()
	var good := [["part", {"offset": 0, "total": 30}, 10], ["part", {"offset": 10, "total": 30}, 20]]
	var reply := await _reply(client, good + [["text", RESULT % json]])
	same(reply.blobs["a"].size(), 30)
	for part: Array in [
		["part", {"offset": 1, "total": 30}, 10],
		["part", {"offset": 0, "total": 9}, 10],
		["part", {"offset": 0, "total": 1 << 40}, 10],
		["part", {"offset": 0, "total": -30}, 10],
		["part", {"offset": "0", "total": 30}, 10],
		["part", {"total": 30}, 10],
		["part", {"offset": 0}, 10],
	]:
		reply = await _reply(client, [part, ["text", RESULT % json]])
		same(reply.error_code, "answer_damaged", str(part))
	reply = await _reply(client, [good[0], ["text", RESULT % json]])
	same(reply.error_code, "answer_damaged", "a part is missing")
	client.drop()


func test_a_flood_leaves_the_frames_alone() -> void:
	var client := await _entered()
	var progress := '{"jsonrpc": "2.0", "method": "progress", "params": {"id": "$ID", %s}}'
	var counted: Array[int] = [0]
	var say := [
		["text", progress % '"fraction": "half"', 5],
		["text", progress % '"fraction": 1e300'],
		["text", progress % '"line": {"act": 7}', 5],
		["text", progress % '"line": {"act": "greet", "text": "Hello", "done": 3}', 5],
		["text", progress % '"fraction": 0.5', 3000],
		["text", RESULT % '{"blobs": []}'],
	]
	var told := _ask(client, say)
	told.job.progressed.connect(
		func(fraction: float) -> void:
			counted[0] += 1
			expect(fraction >= 0.0 and fraction <= 1.0)
	)
	_longest = 0
	await until(func() -> bool: return told.ends > 0, 60.0, "the end of a flood")
	same(counted[0], 3001, "progress")
	expect(told.job.reply.ok)
	expect(_longest < FRAME_MILLISECONDS, "a frame took %d ms" % _longest)
	client.drop()


func test_frames_that_are_too_large() -> void:
	for size: int in [65_537, 1 << 20]:
		var client := await _entered()
		var told := _ask(client, [["big", size], ["text", RESULT % '{"blobs": []}']])
		await until(func() -> bool: return told.ends > 0 or not client.is_open(), 20.0, "%d" % size)
		client.end_all("closed", "")
		same(told.ends, 1, "ends")
		client.drop()


func test_a_request_that_kills_every_server_ends() -> void:
	var it := service()
	expect(await it.attach(int(option("puppet")), option("token")))
	var good := Told.new(it.submit("level", {"say": [["text", RESULT % '{"blobs": []}']]}))
	var told := Told.new(it.submit("level", {"say": [["close", 1011]]}))
	await until(func() -> bool: return told.ends > 0, 60.0, "the end of a poisonous request")
	same(told.job.reply.error_code, "unreachable")
	same([told.ends, good.ends], [1, 1], "ends")
	it.queue_free()


func _many(pattern: String, count: int) -> PackedStringArray:
	var found: PackedStringArray = []
	for number in count:
		found.append(pattern % number if pattern.contains("%d") else pattern)
	return found
