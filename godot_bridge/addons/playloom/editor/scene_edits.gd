@tool
extends RefCounted
## Puts content into the scene that is edited: fills the selected node or adds one, as one action that can be
## undone.

const FileSaving := preload("file_saving.gd")
const LevelTiles := preload("level_tiles.gd")

const _NO_SCENE := "No scene is open: open one, or make one with Scene > New Scene, and try again."


## The first selected node of a type; null where there is none.
static func selected(type: Variant) -> Node:
	for node in EditorInterface.get_selection().get_selected_nodes():
		if is_instance_of(node, type):
			return node
	return null


## Fills a layer with painted tiles, or adds one where it is null. Returns what is wrong, or an empty text.
static func put_level(params: Dictionary, level: PlayloomLevel, tiles: LevelTiles, layer: PlayloomLevelLayer) -> String:
	var properties := FileSaving.layer_properties(params, level)
	properties["tile_set"] = tiles.ground.tile_set
	properties["tile_map_data"] = tiles.ground.tile_map_data
	properties["metadata/playloom_level"] = FileSaving.level_facts(level)
	var things := LevelTiles.objects_layer(tiles.ground.tile_set)
	things.tile_map_data = tiles.objects.tile_map_data
	if layer == null:
		var made := PlayloomLevelLayer.new()
		made.name = level.theme.to_pascal_case()
		return _add(made, properties, things)
	if layer.show_objects:
		_fill(layer, properties, things)
	else:
		_fill(layer, properties, null)
		things.free()
	return ""


## Shows a sprite in the selected [PlayloomSprite2D], or in a new one. As [method put_level].
static func put_sprite(params: Dictionary, sprite: PlayloomSprite) -> String:
	var more := params.duplicate()
	for field: String in ["words", "palette", "size", "seed"]:
		more.erase(field)
	var properties := {
		"words": params.get("words", ""),
		"palette": params.get("palette", ""),
		"side": sprite.image.get_width(),
		"seed_number": params.get("seed", 0),
		"more": more,
		"generate_on_ready": false,
		"texture": sprite.texture,
	}
	return _put(PlayloomSprite2D, str(params.get("words", "sprite")), properties)


## Gives a quest to the selected [PlayloomQuest], or to a new one. As [method put_level].
static func put_quest(params: Dictionary, quest: PlayloomQuestResource) -> String:
	var more := params.duplicate()
	var properties := {"resource": quest}
	for field: String in ["world_file", "world", "giver", "tone"]:
		properties[field] = params.get(field, "")
		more.erase(field)
	more.erase("seed")
	properties["seed_number"] = params.get("seed", 0)
	properties["more"] = more
	return _put(PlayloomQuest, quest.title, properties)


static func _put(type: GDScript, name: String, properties: Dictionary) -> String:
	var node := selected(type)
	if node != null:
		_fill(node, properties, null)
		return ""
	var made: Node = type.new()
	made.name = name.validate_node_name().to_pascal_case()
	return _add(made, properties, null)


static func _add(node: Node, properties: Dictionary, child: Node) -> String:
	var root := EditorInterface.get_edited_scene_root()
	if root == null:
		node.free()
		if child != null:
			child.free()
		return _NO_SCENE
	for key: String in properties:
		node.set(key, properties[key])
	var chosen := EditorInterface.get_selection().get_selected_nodes()
	var parent: Node = root
	if not chosen.is_empty() and (chosen[0] == root or root.is_ancestor_of(chosen[0])):
		parent = chosen[0]
	var undo := EditorInterface.get_editor_undo_redo()
	undo.create_action("Playloom: add %s" % node.name, UndoRedo.MERGE_DISABLE, root)
	undo.add_do_method(parent, &"add_child", node, true)
	undo.add_do_method(node, &"set_owner", root)
	if child != null:
		node.add_child(child)
		undo.add_do_method(child, &"set_owner", root)
	undo.add_do_reference(node)
	undo.add_undo_method(parent, &"remove_child", node)
	undo.commit_action()
	EditorInterface.get_selection().clear()
	EditorInterface.get_selection().add_node(node)
	return ""


# Sets properties of a node; things are laid on it, or take the place of those that lie there.
static func _fill(node: Node, properties: Dictionary, things: TileMapLayer) -> void:
	var undo := EditorInterface.get_editor_undo_redo()
	undo.create_action("Playloom: fill %s" % node.name, UndoRedo.MERGE_DISABLE, node)
	_set_all(undo, node, properties)
	var there := node.get_node_or_null(^"Objects") if things != null else null
	if there != null:
		_set_all(undo, there, {"tile_set": things.tile_set, "tile_map_data": things.tile_map_data})
		things.free()
	elif things != null:
		undo.add_do_method(node, &"add_child", things, true)
		undo.add_do_method(things, &"set_owner", node.owner if node.owner != null else node)
		undo.add_do_reference(things)
		undo.add_undo_method(node, &"remove_child", things)
	undo.commit_action()


static func _set_all(undo: EditorUndoRedoManager, node: Node, properties: Dictionary) -> void:
	if properties.has("tile_map_data"):  # cells that are still there would keep their old place among the bytes
		for method: StringName in [&"clear", &"update_internals"]:
			undo.add_do_method(node, method)
			undo.add_undo_method(node, method)
	for key: String in properties:
		undo.add_do_property(node, key, properties[key])
		undo.add_undo_property(node, key, node.get(key))
