extends "res://test/case.gd"
## The dialogue box by key, mouse and pad, and a quest played in it; `port` and `token` say where
## the server is.

const LONG := "word, "
const SIZES: Array[Vector2i] = [Vector2i(320, 180), Vector2i(1280, 720), Vector2i(640, 1000)]

var _view: SubViewport
var _box: PlayloomDialogueBox


func test_words_appear_one_by_one_and_can_be_skipped() -> void:
	_open(SIZES[0])
	_box.words_per_second = 60.0
	var counts: Dictionary[int, bool] = {}
	_box.word_appeared.connect(func(_speaker: String) -> void: counts[_words().visible_characters] = true)
	var done := [false]
	var say := func(text: String) -> void:
		done[0] = false
		await _box.say("Mira", text)
		done[0] = true
	say.call('One two, "three" [b]four[/b].')
	await until(func() -> bool: return counts.size() == 4)
	same(counts.keys(), [3, 8, 16, 29])
	same(_words().text, 'One two, "three" [b]four[/b].', "text is never markup")
	expect(not done[0], "it waits for the player")
	_press(KEY_ENTER)
	expect(done[0], "it goes on")
	_box.words_per_second = 0.5
	say.call("Slow as this is, it is skipped.")
	_press(KEY_ENTER)
	same(_words().visible_characters, -1)
	expect(not done[0], "the first press shows the rest")
	_click(Vector2(160, 20))
	expect(done[0], "a click goes on, wherever it is")
	_close()


func test_long_text_comes_in_pages_and_loses_no_word() -> void:
	for size in SIZES:
		_open(size)
		var text := ""
		for number in 300:
			text += "word%d " % number
		var said: Array[String] = []
		var done := [false]
		var say := func() -> void:
			await _box.say("", text)
			done[0] = true
		say.call()
		while not done[0] and said.size() < 300:
			await tree.process_frame
			_inside(size)
			said.append(_words().text)
			_box.go_on()
			_box.go_on()
		same(" ".join(said), text.strip_edges())
		expect(said.size() > 1, "%d pages" % said.size())
		_close()


func test_choices_are_made_by_key_mouse_and_pad() -> void:
	for size in SIZES:
		_open(size)
		var texts := PackedStringArray(["First of all.", LONG.repeat(30), "Third.", "Fourth. " + LONG.repeat(12)])
		same(await _ask(texts, func() -> void: _press(KEY_ENTER)), 0)
		var down := func() -> void:
			_press(KEY_DOWN)
			_press(KEY_DOWN)
			_press(KEY_SPACE)
		same(await _ask(texts, down), 2)
		same(await _ask(texts, func() -> void: _press(KEY_4)), 3)
		var pad := func() -> void:
			_pad(JOY_BUTTON_DPAD_DOWN)
			_pad(JOY_BUTTON_A)
		same(await _ask(texts, pad), 1)
		var mouse := func() -> void:
			var button := _box.get_node("Stack/Panel/Row/Column/Scroll/Choices").get_child(1) as Control
			_click(button.get_global_rect().position + Vector2(8, 4))
		same(await _ask(texts, mouse), 1)
		same(await _ask(texts, func() -> void: _box.close()), -1)
		var many := PackedStringArray()
		for number in 30:
			many.append("%d: %s" % [number, LONG.repeat(20)])
		var last := func() -> void:
			_inside(size)
			_press(KEY_UP)
			await tree.process_frame
			await tree.process_frame
			var button := _box.get_viewport().gui_get_focus_owner()
			expect(_box.get_rect().encloses(button.get_global_rect()), "the choice is in sight")
			_press(KEY_ENTER)
		same(await _ask(many, last), 29, "up from the first is the last")
		_close()


func test_a_quest_is_played_in_the_box() -> void:
	var it := service()
	expect(await it.attach(int(option("port")), option("token")), "the server lets us in")
	var quest := PlayloomQuest.new()
	quest.service = it
	quest.world = "thornford"
	quest.seed_number = 4
	quest.stream = true
	tree.root.add_child(quest)
	var told: Array[String] = []
	var why: Array[String] = []
	quest.failed.connect(func(message: String) -> void: why.append(message))
	quest.line_written.connect(func(act: String, _text: String, _done: bool) -> void: told.append("~" + act))
	quest.line_spoken.connect(func(line: PlayloomLine) -> void: told.append(line.act))
	quest.chosen.connect(func(line: PlayloomLine) -> void: told.append("> " + line.act))
	quest.travelled.connect(func(place: String, _name: String) -> void: told.append("@" + place))
	quest.ended.connect(func(ending: String) -> void: told.append("# " + ending))
	quest.variable_changed.connect(func(name: String, value: Variant) -> void: told.append("%s=%s" % [name, value]))
	expect(await quest.generate() != null, "made")
	expect(told.has("~greet") and told.has("~farewell"), "lines are told while they are made")
	told.clear()
	expect(not await _with_presses(quest, func() -> bool: return await quest.say_aside("progress")), "not yet")
	expect(await _with_presses(quest, func() -> bool: return await quest.say_aside("bark")), "a bark")
	await _play(quest, "ask_why")
	await until(func() -> bool: return told.has("motive"))
	var kept: Dictionary = JSON.parse_string(JSON.stringify(quest.graph.save()))
	await _play(quest, "accept")
	await until(func() -> bool: return told.any(func(one: String) -> bool: return one.begins_with("@")))
	expect(told.has("quest=active"), ", ".join(told))
	expect(not quest.box.visible, "the box is gone while the player walks")
	while not quest.graph.ended:
		quest.arrive()
		await _play(quest, "go")
		await until(func() -> bool: return told[-1].begins_with("@") or told[-1].begins_with("# "))
	same(told[-1], "# done")
	expect(told.has("reward_paid=true"), ", ".join(told))
	expect(quest.graph.restore(kept), "back to the beginning")
	told.clear()
	quest.play()
	await _play(quest, "decline")
	await until(func() -> bool: return told.has("# declined"))
	quest.world_file = "res://no_world.toml"
	same(why, [] as Array[String])
	expect(await quest.generate() == null, "no such world")
	expect(why[0].contains("res://no_world.toml"), why[0])
	quest.world_file = "user://world.toml"
	FileAccess.open(quest.world_file, FileAccess.WRITE).store_string("people = 7")
	quest.world = ""
	expect(await quest.generate() == null, "no world")
	same(why.size(), 2)
	quest.free()
	it.queue_free()


# Reads what is said and chooses the line of the act, or the first, until nothing more is to be
# done.
func _play(quest: PlayloomQuest, act: String) -> void:
	quest.play()
	for step in 200:
		await tree.process_frame
		if not is_instance_valid(quest) or quest.box == null or not quest.box.is_busy():
			return
		quest.box.go_on()
		var open := quest.graph.choices()
		if not open.is_empty() and quest.box.is_busy() and quest.box.get_node("Stack/Panel/Row/Column/Scroll").visible:
			var number := 0
			for one in range(open.size() - 1, -1, -1):
				number = one if open[one].line.act == act else number
			_key(quest.get_viewport(), KEY_1 + number)
			if act.begins_with("ask"):
				return


# Presses on while something is said.
func _with_presses(quest: PlayloomQuest, work: Callable) -> bool:
	var found: Array[bool] = []
	var run := func() -> void: found.append(await work.call())
	run.call()
	while found.is_empty():
		await tree.process_frame
		quest.box.go_on()
	return found[0]


func _open(size: Vector2i) -> void:
	_view = SubViewport.new()
	_view.size = size
	tree.root.add_child(_view)
	_box = load("res://addons/playloom/runtime/dialogue/dialogue_box.tscn").instantiate()
	_view.add_child(_box)


func _close() -> void:
	_box.close()
	_view.free()


func _words() -> Label:
	return _box.get_node("Stack/Panel/Row/Column/Words")


# Asks, does something once the choices are there, and returns what was chosen.
func _ask(texts: PackedStringArray, act: Callable) -> int:
	var found: Array[int] = []
	var ask := func() -> void: found.append(await _box.ask(texts))
	ask.call()
	for frame in 4:
		await tree.process_frame
	_inside(_view.size)
	await act.call()
	await until(func() -> bool: return found.size() == 1)
	return found[0] if found.size() == 1 else -2


func _inside(size: Vector2i) -> void:
	var stack := (_box.get_node("Stack") as Control).get_global_rect()
	expect(Rect2(Vector2.ZERO, size).encloses(stack), "%s is not within %s" % [stack, size])


func _press(key: Key) -> void:
	_key(_view, key)


func _key(view: Viewport, key: Key) -> void:
	for pressed: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = key
		event.physical_keycode = key
		event.pressed = pressed
		view.push_input(event)


func _pad(button: JoyButton) -> void:
	for pressed: bool in [true, false]:
		var event := InputEventJoypadButton.new()
		event.button_index = button
		event.pressed = pressed
		_view.push_input(event)


func _click(at: Vector2) -> void:
	for pressed: bool in [true, false]:
		var event := InputEventMouseButton.new()
		event.button_index = MOUSE_BUTTON_LEFT
		event.position = at
		event.global_position = at
		event.pressed = pressed
		_view.push_input(event)
