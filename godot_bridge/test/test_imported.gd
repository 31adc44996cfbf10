extends "res://test/case.gd"
## What the editor has made of requests, in a game that asks no server.


func test_a_game_loads_what_was_imported() -> void:
	var level := (load("res://crypt.ploomlevel") as PackedScene).instantiate() as PlayloomLevelLayer
	same(level.get_used_cells().size(), 24 * 16)
	same([level.theme, level.size, level.seed_number], ["dungeon", Vector2i(24, 16), 7])
	same(level.controls, {"enemies": [2, 4]})
	expect((level.get_node(^"Objects") as TileMapLayer).get_used_cells().size() > 3, "things")
	var start: Vector2i = (level.get_meta(&"playloom_level") as Dictionary)["start"]
	same((level.get_node(^"Objects") as TileMapLayer).get_cell_tile_data(start).get_custom_data("playloom"), "start")
	level.free()
	same((load("res://potion.ploomsprite") as Texture2D).get_size(), Vector2(32, 32))
	var frames := load("res://wizard.ploomwalk") as SpriteFrames
	same(frames.get_animation_names(), PackedStringArray(["walk_down", "walk_left", "walk_right", "walk_up"]))
	same(frames.get_animation_speed(&"walk_down"), 5.0)
	var made := load("res://lantern.ploomquest") as PlayloomQuestResource
	var graph := made.graph()
	expect(graph.title != "" and graph.lines().size() > 0, "a quest")
	var quest := PlayloomQuest.new()
	quest.resource = made
	tree.root.add_child(quest)
	expect(await quest.generate() != null, "it asks no server")
	quest.free()
