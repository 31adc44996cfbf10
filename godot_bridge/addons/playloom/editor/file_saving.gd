@tool
extends RefCounted
## What is written to files of the project: scenes of levels, requests and resources, the same bytes each time.

const LevelTiles := preload("level_tiles.gd")

const _LAYER := "res://addons/playloom/runtime/nodes/level_layer.gd"
const _FIELDS: Array[String] = ["theme", "style", "size", "seed", "package"]
const _WORLD_HIGH := 256 << 10  # bytes


## Writes bytes. Returns what is wrong, or an empty text.
static func write(path: String, bytes: PackedByteArray) -> String:
	var file := FileAccess.open(path, FileAccess.WRITE)
	if file == null:
		return "%s: %s; choose another place" % [path, error_string(FileAccess.get_open_error())]
	file.store_buffer(bytes)
	file.close()
	return ""


## Writes a request that is run when it is imported. As [method write].
static func write_request(path: String, params: Dictionary) -> String:
	var faults: Array[String] = []
	var plain: Dictionary = PlayloomWire.plain(params, faults)
	return write(path, (JSON.stringify(plain, "\t", false) + "\n").to_utf8_buffer())


## Writes a resource. As [method write].
static func write_resource(path: String, resource: Resource) -> String:
	var error := ResourceSaver.save(resource, path)
	return "" if error == OK else "%s: %s; choose another place" % [path, error_string(error)]


## What is wrong with a file that is to be a world; empty where it can be read.
static func world_fault(path: String) -> String:
	var file := FileAccess.open(path, FileAccess.READ)
	if file == null:
		return "%s: %s; choose a world file" % [path, error_string(FileAccess.get_open_error())]
	if file.get_length() == 0 or file.get_length() > _WORLD_HIGH:
		return "%s: has %d bytes, at most 256 KiB are taken; choose a world file" % [path, file.get_length()]
	return ""


## Takes a level's request apart: the properties of a [PlayloomLevelLayer] that would ask for it.
static func layer_properties(params: Dictionary, level: PlayloomLevel) -> Dictionary:
	var controls := params.duplicate()
	for field in _FIELDS:
		controls.erase(field)
	return {
		"theme": level.theme,
		"style": params.get("style", ""),
		"size": level.size,
		"seed_number": params.get("seed", 0),
		"controls": controls,
		"package": params.get("package", ""),
		"generate_on_ready": false,
	}


## What a scene keeps of a level beside its tiles: [code]get_meta("playloom_level")[/code].
static func level_facts(level: PlayloomLevel) -> Dictionary:
	return {"style": level.style, "start": level.start, "exit": level.exit, "moves": level.moves}


## The scene of a level: a [PlayloomLevelLayer] that is filled and asks nobody. Godot's own writer would
## give its nodes other numbers each time.
static func level_scene(
	name: String, params: Dictionary, level: PlayloomLevel, tiles: LevelTiles, with_objects: bool = true
) -> String:
	var lines := PackedStringArray(["[gd_scene format=4]", ""])
	lines.append('[ext_resource type="Script" path="%s" id="1"]' % _LAYER)
	lines.append('[ext_resource type="TileSet" path="%s" id="2"]' % tiles.ground.tile_set.resource_path)
	lines.append_array(["", '[node name="%s" type="TileMapLayer"]' % name])
	_add_layer(lines, tiles.ground)
	lines.append('script = ExtResource("1")')
	var properties := layer_properties(params, level)
	properties["show_objects"] = with_objects
	properties["metadata/playloom_level"] = level_facts(level)
	for key: String in properties:
		lines.append("%s = %s" % [key, var_to_str(properties[key])])
	if with_objects:
		lines.append_array(["", '[node name="Objects" type="TileMapLayer" parent="."]'])
		_add_layer(lines, tiles.objects)
	return "\n".join(lines) + "\n"


static func _add_layer(lines: PackedStringArray, layer: TileMapLayer) -> void:
	for key: String in ["texture_filter", "tile_map_data"]:
		lines.append("%s = %s" % [key, var_to_str(layer.get(key))])
	lines.append('tile_set = ExtResource("2")')
	for key: String in ["rendering_quadrant_size", "physics_quadrant_size"]:
		if key in layer:
			lines.append("%s = %s" % [key, var_to_str(layer.get(key))])
