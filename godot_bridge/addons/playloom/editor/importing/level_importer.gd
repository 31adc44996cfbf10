@tool
extends "importer.gd"
## Makes [code].ploomlevel[/code] files into scenes: a [PlayloomLevelLayer] that is filled.

const FileSaving := preload("../file_saving.gd")
const LevelTiles := preload("../level_tiles.gd")


func _get_importer_name() -> String:
	return "playloom.level"


func _get_visible_name() -> String:
	return "Playloom Level"


func _get_recognized_extensions() -> PackedStringArray:
	return ["ploomlevel"]


func _get_resource_type() -> String:
	return "PackedScene"


func _get_save_extension() -> String:
	return "tscn"


func _get_import_options(_path: String, _preset: int) -> Array[Dictionary]:
	return [
		{"name": "show_objects", "default_value": true},
		{"name": "tile_set", "default_value": "", "property_hint": PROPERTY_HINT_FILE, "hint_string": "*.tres,*.res"},
	]


func _make(request: RequestFile, options: Dictionary, path: String) -> String:
	var tile_set: TileSet = null
	if options["tile_set"] != "":
		tile_set = ResourceLoader.load(options["tile_set"] as String) as TileSet
		if tile_set == null:
			return "%s: is no TileSet; choose another in the import options" % options["tile_set"]
	var asked := request.fields.duplicate()
	var reply := request.ask("level", asked)
	var level := PlayloomLevel.from_reply(reply) if reply != null else null
	if level == null:
		if reply != null:
			request.note_reply(reply)
		return request.fault
	var tiles := LevelTiles.new(level, tile_set)
	var fault := tiles.fault
	if fault == "":
		while not tiles.paint(1000):
			pass
		var objects: bool = options["show_objects"]
		var text := FileSaving.level_scene("Level", asked, level, tiles, objects)
		fault = FileSaving.write(path, text.to_utf8_buffer())
	tiles.free_layers()
	return fault
