extends "res://test/case.gd"
## The wire without a server: `examples` is wire_examples.json; what is written goes to the file `out`.


func _examples(from: String) -> Array[Dictionary]:
	var json := JSON.new()
	expect(json.parse(FileAccess.get_file_as_string(option("examples"))) == OK, "the examples can be read")
	var found: Array[Dictionary] = []
	for example: Dictionary in json.data:
		if example["from"] == from:
			found.append(PlayloomWire.settle(example, [10_000] as Array[int]))
	return found


func test_every_message_of_the_server_is_read() -> void:
	var count := 0
	for example in _examples("server"):
		var message: Dictionary = example["message"]
		var text := JSON.stringify(message, "", false, true)
		var payload := "payload".to_utf8_buffer()
		for read: PlayloomWire.Message in [
			PlayloomWire.read(text.to_utf8_buffer(), true), PlayloomWire.read(PlayloomWire.pack(text, payload), false)
		]:
			same(read.fault, "", text)
			same(read.method, message.get("method", ""), "method")
			if message.has("error"):
				same(read.error_code, message["error"]["data"]["code"], "code")
				expect(read.error_message.begins_with(message["error"]["message"] as String))
				same(read.id, message["id"] if message["id"] != null else "", "id")
			elif message.has("method"):
				same(read.content, message["params"], "params")
				same(read.id, message["params"].get("id", ""), "id")
			else:
				same(read.content, message["result"], "result")
				same(read.id, message["id"], "id")
			count += 1
	expect(count > 20, "there are examples")


func test_every_message_of_a_client_is_written() -> void:
	var file := FileAccess.open(option("out"), FileAccess.WRITE)
	for example in _examples("client"):
		var message: Dictionary = example["message"]
		var faults: Array[String] = []
		var params: Dictionary = PlayloomWire.plain(message["params"], faults)
		same(faults, [] as Array[String])
		var text := PlayloomWire.write(message["id"] as String, message["method"] as String, params)
		var frame := PlayloomWire.pack(text, "payload".to_utf8_buffer())
		file.store_line(text)
		file.store_line(frame.hex_encode())


func test_the_proofs_are_those_of_python() -> void:
	for side: String in ["server", "client"]:
		var shown := PlayloomConnection.proof(option("token"), side, "0a".repeat(16), "f1".repeat(64))
		same(shown, option(side), side)


func test_what_games_write_becomes_json() -> void:
	var faults: Array[String] = []
	var given := {
		&"size": Vector2i(48, 32),
		"area": Rect2i(1, 2, 3, 4),
		"palette": [Color.RED, Color("1a1c2c80")],
		"files": PackedStringArray(["a.png"]),
		"places": PackedInt32Array([1, 2]),
		"seed": 9_007_199_254_740_993,
		"openness": 1.0,
		"low": [2, null],
		"name": &"wall",
	}
	var text := PlayloomWire.write("a", "level", PlayloomWire.plain(given, faults) as Dictionary)
	same(faults, [] as Array[String])
	var wanted := (
		'{"jsonrpc":"2.0","id":"a","method":"level","params":{"size":[48,32],"area":[1,2,3,4],'
		+ '"palette":["ff0000","1a1c2c"],"files":["a.png"],"places":[1,2],"seed":9007199254740993,'
		+ '"openness":1.0,"low":[2,null],"name":"wall"}}'
	)
	same(text, wanted)


func test_what_has_no_place_in_a_request_is_named() -> void:
	var endless: Array = []
	endless.append(endless)
	for value: Variant in [INF, NAN, self, endless, {7: 1}, "a\nb", "\u200b", Vector2(1, 2), Callable(), "\u2028"]:
		var faults: Array[String] = []
		PlayloomWire.plain({"x": value}, faults)
		expect(not faults.is_empty(), "a fault of %s" % type_string(typeof(value)))
	endless.clear()
	for value: Variant in ["höhle", "洞窟", "a b", "🐉", ""]:
		var faults: Array[String] = []
		PlayloomWire.plain({"x": value}, faults)
		same(faults, [] as Array[String], str(value))


func test_random_bytes_are_no_message() -> void:
	var dice := RandomNumberGenerator.new()
	dice.seed = 7
	var good := PlayloomWire.pack('{"jsonrpc": "2.0", "id": "a", "result": {"blobs": []}}', PackedByteArray([1, 2]))
	for _i in 2000:
		var frame := good.duplicate()
		for _change in dice.randi_range(1, 4):
			frame[dice.randi_range(0, frame.size() - 1)] = dice.randi_range(32, 126)
		frame = frame.slice(0, dice.randi_range(0, frame.size()))
		var message := PlayloomWire.read(frame, false)
		expect(message.fault != "" or message.id != "", "neither a fault nor a message")
