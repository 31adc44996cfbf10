@tool
extends "page.gd"
## The dock's page for levels.

const LevelView := preload("level_view.gd")
const LevelTiles := preload("level_tiles.gd")

const _PUZZLE: Array[String] = ["crates", "pushes"]
const _WALKED: Array[String] = ["enemies", "bosses", "treasure", "people", "keys", "locks"]
const _SHARED: Array[String] = ["openness", "path", "difficulty"]
const _COUNTS: Dictionary[String, String] = {
	"enemies": "How many enemies, common and strong ones together.",
	"bosses": "How many bosses.",
	"treasure": "How many coins and chests.",
	"people": "How many people who stand about.",
	"keys": "How many keys; as many doors are locked.",
	"locks": "How many locked doors.",
	"crates": "How many crates, and as many goals.",
	"pushes": "How many pushes the shortest solution takes.",
	"path": "How many steps the shortest way from start to exit takes.",
}

var _view := LevelView.new()
var _styles: Array[Dictionary] = []  # theme, style, package


## Builds the page.
func set_up(maker: Service) -> void:
	build(maker, _view, _fields(), "Controls")
	form.changed.connect(_form_changed)
	_form_changed("theme")


## Asks the server for themes and styles.
func fill_lists() -> void:
	var found: Variant = await _list("themes")
	if not found is Array:
		return
	_styles.clear()
	var packages: Dictionary[String, PackedStringArray] = {}
	for package: Dictionary in found:
		for style: Dictionary in package["styles"]:
			var theme: String = style["theme"]
			var name: String = package["package"]
			_styles.append({"theme": theme, "style": style["style"], "package": name})
			var having: PackedStringArray = packages.get_or_add(theme, PackedStringArray())
			if not name in having:
				having.append(name)
				packages[theme] = having
	var options: Array[Array] = []
	for theme in packages:
		for name in packages[theme]:
			var several := packages[theme].size() > 1
			options.append(["%s (%s)" % [theme, name] if several else theme, [theme, name if several else ""]])
	options.sort_custom(func(a: Array, b: Array) -> bool: return str(a[0]) < str(b[0]))
	form.set_options("theme", options)
	_form_changed("theme")


func _fields() -> Array[Dictionary]:
	var fields: Array[Dictionary] = [
		{"name": "theme", "label": "Theme", "kind": "choice", "tip": "What sort of level it is."},
		{
			"name": "style",
			"label": "Style",
			"kind": "choice",
			"tip": "How it is built; any: as the seed decides.",
			"options": [[Form.ANY, ""]]
		},
		{
			"name": "size",
			"label": "Size",
			"kind": "pair",
			"low": 8,
			"high": 1024,
			"usual": Vector2i(32, 24),
			"tip": "Width and height in cells, 8 to 1024; puzzles to 24."
		},
	]
	for name in _WALKED + _PUZZLE + _SHARED:
		var share: bool = not _COUNTS.has(name)
		var tip: String = _COUNTS.get(name, "")
		if name == "openness":
			tip = "The share of the cells that can be walked on, 0 to 1."
		elif name == "difficulty":
			tip = "0 to 1: 0.5 is the middle of levels made without wishes, 0.9 is harder than nine in ten."
		var example := "0.5 or 0.4..0.6" if share else "6 or 4..8"
		(
			fields
			. append(
				{
					"name": name,
					"label": name.capitalize(),
					"kind": "share" if share else "whole",
					"example": example,
					"tip": "%s A number such as %s; empty: any." % [tip, example],
					"more": true,
				}
			)
		)
	return fields


func _form_changed(name: String) -> void:
	var theme := _theme()
	for one in _PUZZLE:
		form.show_field(one, theme[0] == "sokoban")
	for one in _WALKED:
		form.show_field(one, theme[0] != "sokoban")
	form.show_field("openness", theme[0] != "sokoban")
	form.show_field("path", theme[0] != "sokoban")
	if name == "theme":
		var options: Array[Array] = [[Form.ANY, ""]]
		for style in _styles:
			if style["theme"] == theme[0] and theme[1] in ["", style["package"]]:
				options.append([style["style"], style["style"]])
		form.set_options("style", options)
		if theme[0] == "sokoban":
			form.set_value("size", Vector2i(10, 8))
		elif form.state()["size"] == Vector2i(10, 8):
			form.set_value("size", Vector2i(32, 24))


func _theme() -> Array:
	var chosen: Variant = form.state()["theme"]
	return chosen if chosen is Array else ["", ""]


func _method() -> String:
	return "level"


func _params(wanted: Dictionary) -> Dictionary:
	var params := wanted.duplicate()
	params.erase("theme")
	var theme := _theme()
	if theme[0] != "":
		params["theme"] = theme[0]
	if theme[1] != "":
		params["package"] = theme[1]
	return params


func _title(wanted: Dictionary) -> String:
	var size: Vector2i = wanted["size"]
	var style: String = wanted.get("style", "")
	return "%d: %s %dx%d" % [wanted["seed"], " ".join([_theme()[0], style]).strip_edges(), size.x, size.y]


func _read(entry: Dictionary, reply: PlayloomReply) -> bool:
	entry["level"] = PlayloomLevel.from_reply(reply)
	entry["params"] = _params(entry["wanted"] as Dictionary)
	return entry["level"] != null


func _show(entry: Dictionary) -> String:
	var level: PlayloomLevel = entry["level"]
	var fault := _view.show_level(level)
	if fault != "":
		problem.tell(fault)
	var about := "%s, %s" % [level.theme, level.style]
	return about + (", %d moves to the exit" % level.moves.length() if level.moves != "" else "")


func _use_tip() -> String:
	return (
		"Fills the selected PlayloomLevelLayer, or adds one below the selected node;"
		+ " with tiles of its own TileSet if it has one"
	)


func _use_shown(entry: Dictionary) -> String:
	var level: PlayloomLevel = entry["level"]
	var layer := SceneEdits.selected(PlayloomLevelLayer) as PlayloomLevelLayer
	var tiles := LevelTiles.new(level, LevelTiles.own_set_of(layer))
	if tiles.fault == "":
		while not tiles.paint(8):
			await get_tree().process_frame
		tiles.fault = SceneEdits.put_level(entry["params"] as Dictionary, level, tiles, layer)
	var fault := tiles.fault
	tiles.free_layers()
	return fault


func _filters() -> PackedStringArray:
	return ["*.tscn ; Scene with the tiles", "*.ploomlevel ; Request, made when it is imported"]


func _save_shown(entry: Dictionary, path: String) -> String:
	if path.get_extension() == "ploomlevel":
		return FileSaving.write_request(path, entry["params"] as Dictionary)
	var level: PlayloomLevel = entry["level"]
	var tiles := LevelTiles.new(level, null)
	if tiles.fault == "":
		while not tiles.paint(8):
			await get_tree().process_frame
		var name := path.get_file().get_basename().to_pascal_case()
		var text := FileSaving.level_scene(name, entry["params"] as Dictionary, level, tiles)
		tiles.fault = FileSaving.write(path, text.to_utf8_buffer())
	var fault := tiles.fault
	tiles.free_layers()
	return fault
