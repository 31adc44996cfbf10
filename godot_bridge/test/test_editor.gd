@tool
extends "res://test/case.gd"
## The dock in the real editor, with a scene open. It starts a server of its own.

const Plugin := preload("res://addons/playloom/plugin.gd")
const Page := preload("res://addons/playloom/editor/page.gd")
const Check := preload("res://addons/playloom/editor/check.gd")
const RequestFile := preload("res://addons/playloom/editor/importing/request_file.gd")
const IMPORTED := "res://.godot/imported"


func test_a_the_dock_lists_what_the_server_can_make() -> void:
	var dock := _plugin().dock
	expect(await dock.connect_service(), _plugin().service.why_pack)
	same(_options(dock.level_page, "theme").size(), 7)
	dock.level_page.form.set_value("theme", ["cave", ""])
	dock.level_page.form.changed.emit("theme")
	same(_options(dock.level_page, "style"), PackedStringArray(["any", "cavern", "lakes", "tunnels", "lava"]))
	expect(_options(dock.sprite_page, "palette").size() > 20, "palettes")
	expect("potion" in _options(dock.sprite_page, "category"), "categories")
	same(_options(dock.quest_page, "world"), PackedStringArray(["Halcyon", "Saltmouth", "Thornford"]))


func test_b_a_level_fills_a_layer_and_undo_and_redo_restore_the_bytes() -> void:
	var page := _plugin().dock.level_page
	page.form.set_value("theme", ["dungeon", ""])
	page.form.set_value("size", Vector2i(20, 14))
	page.form.set_value("enemies", "2..4")
	page.seeds.set_seed(7)
	expect(await _made(page), page.problem.told())
	var root := EditorInterface.get_edited_scene_root()
	_select(root)
	await page.use()
	var added := root.get_child(-1) as PlayloomLevelLayer
	expect(added != null and added.owner == root and not added.generate_on_ready, "added")
	same(added.get_used_cells().size(), 20 * 14)
	same((added.get_node(^"Objects") as Node).owner, root)
	same(added.controls, {"enemies": [2, 4]})
	var first := _bytes(added)
	page.seeds.set_seed(8)
	expect(await _made(page), page.problem.told())
	_select(added)
	await page.use()
	var second := _bytes(added)
	expect(first != second, "another level")
	var undo := _undo(root)
	undo.undo()
	same(_bytes(added), first)
	same(added.seed_number, 7)
	undo.redo()
	same(_bytes(added), second)
	undo.undo()
	undo.undo()
	expect(added.get_parent() == null, "taken out again")
	undo.redo()
	same(added.get_parent(), root)
	same(_bytes(added), first)
	page.recall(1)
	same(page.seeds.value(), 7)


func test_c_sprites_and_quests_go_into_the_scene() -> void:
	var root := EditorInterface.get_edited_scene_root()
	_select(root)
	var sprites := _plugin().dock.sprite_page
	sprites.form.set_value("words", "red potion")
	sprites.form.set_value("size", 32)
	sprites.form.set_value("engine", "fast")
	expect(await _made(sprites), sprites.problem.told())
	await sprites.use()
	var sprite := root.get_child(-1) as PlayloomSprite2D
	same(sprite.texture.get_size(), Vector2(32, 32))
	same([sprite.words, sprite.side, sprite.more], ["red potion", 32, {"engine": "fast"}])
	_select(root)
	var quests := _plugin().dock.quest_page
	expect(await _made(quests), quests.problem.told())
	await quests.use()
	var quest := root.get_child(-1) as PlayloomQuest
	var graph := await quest.generate()
	expect(graph != null and graph.lines().size() > 0, "a quest that needs no server")
	_undo(root).undo()
	_undo(root).undo()
	expect(sprite.get_parent() == null and quest.get_parent() == null, "undone")


func test_d_what_is_wrong_is_said_in_the_dock() -> void:
	var page := _plugin().dock.level_page
	page.form.set_value("enemies", "many")
	expect(not await _made(page), "refused")
	expect(page.problem.told().contains("Enemies: many is no number and no range"), page.problem.told())
	page.form.set_value("enemies", "9..2")
	expect(not await _made(page), "refused by the server")
	expect(page.problem.told().contains("enemies"), page.problem.told())
	page.form.set_value("enemies", "")
	var layer := PlayloomLevelLayer.new()
	layer.tile_set = TileSet.new()
	EditorInterface.get_edited_scene_root().add_child(layer)
	_select(layer)
	await page.use()
	expect(page.problem.told().contains('no custom data layer "playloom"'), page.problem.told())
	layer.free()
	page.form.set_value("size", Vector2i(256, 256))
	page.generate()
	page.cancel()
	page.form.set_value("size", Vector2i(16, 16))
	expect(await _made(page), page.problem.told())


func test_e_everything_is_saved() -> void:
	var dock := _plugin().dock
	var pages: Dictionary[String, Page] = {
		"level.tscn": dock.level_page,
		"level.ploomlevel": dock.level_page,
		"sprite.png": dock.sprite_page,
		"sprite.ploomsprite": dock.sprite_page,
		"quest.tres": dock.quest_page,
		"quest.json": dock.quest_page,
		"quest.ploomquest": dock.quest_page,
	}
	var before := _times()
	expect(before.size() > 0, "requests were made when the editor began")
	for name in pages:
		expect(await pages[name].save_to("res://saved/" + name), pages[name].problem.told())
	await until(func() -> bool: return not EditorInterface.get_resource_filesystem().is_scanning(), 60.0, "a scan")
	var scene := (load("res://saved/level.tscn") as PackedScene).instantiate() as PlayloomLevelLayer
	same(scene.get_used_cells().size(), 256)
	await until(func() -> bool: return _times().size() > before.size(), 60.0, "what was saved is made")
	var after := _times()
	for file in before:
		same(after[file], before[file], "what has not changed is not made again")
	same((load("res://saved/quest.tres") as PlayloomQuestResource).graph().title != "", true)
	scene.free()
	expect(not await dock.level_page.save_to("res://nowhere/level.tscn"), "no such folder")
	expect(dock.level_page.problem.told().contains("choose another place"), dock.level_page.problem.told())


func test_f_the_check_says_what_the_server_can_make() -> void:
	var dialog := Check.new()
	EditorInterface.popup_dialog_centered(dialog)
	var said: String = await dialog.check(_plugin().service)
	expect(said.contains("The server runs") and said.contains("level: topdown"), said)
	dialog.hide()


func test_g_without_a_server_the_command_is_shown() -> void:
	var plugin := _plugin()
	var before := plugin.service.sidecar_pid()
	expect(before > 0, "it runs")
	plugin.service.stop()
	var program: String = ProjectSettings.get_setting("playloom/sidecar/executable")
	ProjectSettings.set_setting("playloom/sidecar/executable", "")
	expect(not await plugin.dock.connect_service(), "found one all the same")
	same(plugin.dock.problem.command(), "pip install 'playloom[bridge]'")
	var request := RequestFile.new("res://crypt.ploomlevel", plugin.service)
	expect(request.ask("level", request.fields) == null, "made without a server")
	expect(request.fault.begins_with("res://crypt.ploomlevel: no server of Playloom runs"), request.fault)
	expect(request.fault.contains("pip install 'playloom[bridge]'"), request.fault)
	var again: Array[String] = []
	EditorInterface.get_resource_filesystem().resources_reimported.connect(
		func(files: PackedStringArray) -> void: again.append_array(files)
	)
	ProjectSettings.set_setting("playloom/sidecar/executable", program)
	expect(await plugin.dock.connect_service(), plugin.service.why_pack)
	same(plugin.dock.problem.told(), "")
	await until(func() -> bool: return "res://crypt.ploomlevel" in again, 60.0, "it is made once a server is there")


func _plugin() -> Plugin:
	return tree.call(&"plugin")


func _undo(root: Node) -> UndoRedo:
	var undo := EditorInterface.get_editor_undo_redo()
	return undo.get_history_undo_redo(undo.get_object_history_id(root))


func _made(page: Page) -> bool:
	page.generate.call_deferred()
	return await page.settled


func _select(node: Node) -> void:
	EditorInterface.get_selection().clear()
	EditorInterface.get_selection().add_node(node)


func _bytes(layer: PlayloomLevelLayer) -> Array[PackedByteArray]:
	var objects := layer.get_node(^"Objects") as TileMapLayer
	return [layer.tile_map_data, objects.tile_map_data]


func _times() -> Dictionary[String, int]:
	var found: Dictionary[String, int] = {}
	for file in DirAccess.get_files_at(IMPORTED):
		if file.contains(".ploom"):
			found[file] = FileAccess.get_modified_time(IMPORTED.path_join(file))
	return found


func _options(page: Page, name: String) -> PackedStringArray:
	var found := PackedStringArray()
	var options := page.form.input_of(name) as OptionButton
	for item in options.item_count:
		found.append(options.get_item_text(item))
	return found
