extends "res://test/case.gd"
## The addon starts servers itself: `playloom` is the command, `folder` holds programs that are none.


func _service(program: String, arguments: PackedStringArray = ["--cold"], seconds: float = 60.0) -> Playloom:
	ProjectSettings.set_setting(PlayloomSettings.EXECUTABLE, program)
	ProjectSettings.set_setting(PlayloomSettings.ARGUMENTS, arguments)
	ProjectSettings.set_setting(PlayloomSettings.START_SECONDS, seconds)
	return service()


func test_the_first_request_starts_a_server() -> void:
	var it := _service(option("playloom"))
	var reply := await it.request("list", {"what": "worlds"})
	expect(reply.ok, reply.error_message)
	same(reply.json("list"), ["halcyon", "saltmouth", "thornford"])
	expect(await it.start(), "it runs already")
	var first := it.sidecar_pid()
	expect(OS.is_process_running(first), "it runs")
	it.stop()
	same(it.sidecar_pid(), -1)
	expect((await it.request("ping")).ok, "another one")
	expect(it.sidecar_pid() != first)
	print("sidecar ", it.sidecar_pid())
	if options.has("stay"):
		await until(func() -> bool: return false, 60.0, "the end of the game")
	it.queue_free()


func test_programs_that_are_no_server_are_told_and_the_pack_answers() -> void:
	for name: String in ["missing", "ends", "complains", "chatters", "old", "sleeps"]:
		var it := _service(option("folder").path_join(name), [], 0.5)
		var whys: PackedStringArray = []
		it.fell_back.connect(func(why: String) -> void: whys.append(why))
		expect(not await it.start(), name)
		same(whys.size(), 1, "falls of " + name)
		print("why %s: %s" % [name, it.why_pack])
		var job := it.submit("level", {"theme": "no such theme", "seed": 1})
		expect((await job.completed()).error_message.contains(it.why_pack))
		it.queue_free()


func test_only_the_pack_where_the_settings_say_so() -> void:
	ProjectSettings.set_setting(PlayloomSettings.MODE, "pack_only")
	var it := _service(option("playloom"))
	expect(not await it.start())
	same(it.sidecar_pid(), -1)
	ProjectSettings.set_setting(PlayloomSettings.MODE, "attach")
	ProjectSettings.set_setting(PlayloomSettings.READY_FILE, option("folder").path_join("ready.json"))
	var joined := _service("")
	expect(not await joined.start(), "nobody listens")
	expect(joined.why_pack.contains("playloom serve --ready-file"), joined.why_pack)
	ProjectSettings.set_setting(PlayloomSettings.MODE, "auto")
	ProjectSettings.set_setting(PlayloomSettings.READY_FILE, "")
	it.queue_free()
	joined.queue_free()
