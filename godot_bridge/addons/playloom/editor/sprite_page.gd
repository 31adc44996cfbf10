@tool
extends "page.gd"
## The dock's page for sprites.

const PixelView := preload("pixel_view.gd")

const _SUGGESTED := 6

var _view := PixelView.new()
var _hint := Label.new()
var _words: Array = []


## Builds the page.
func set_up(maker: Service) -> void:
	build(maker, _view, _fields(), "More")
	_hint.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_hint.custom_minimum_size.x = 40
	_hint.modulate.a = 0.75
	_hint.hide()
	_column.add_child(_hint)
	_column.move_child(_hint, 1)
	form.changed.connect(_form_changed)


## Asks the server for words and palettes.
func fill_lists() -> void:
	var words: Variant = await _list("words")
	if words is Dictionary:
		_words = words["words"]
		var options: Array[Array] = [[Form.ANY, ""]]
		for category: String in words["categories"]:
			options.append([category, category])
		form.set_options("category", options)
	var palettes: Variant = await _list("palettes")
	if palettes is Array:
		var options: Array[Array] = [["Sweetie 16 (usual)", "", _swatch([])]]
		for palette: Dictionary in palettes:
			var colours: Array = palette["colours"]
			if palette["name"] == "sweetie-16":
				options[0][2] = _swatch(colours)
			else:
				options.append([palette["title"], palette["name"], _swatch(colours)])
		form.set_options("palette", options)


func _fields() -> Array[Dictionary]:
	return [
		{
			"name": "words",
			"label": "Words",
			"kind": "text",
			"hint": "red potion",
			"tip": "What it shows, in a few words that the model knows, such as: red potion"
		},
		{
			"name": "category",
			"label": "Category",
			"kind": "choice",
			"options": [[Form.ANY, ""]],
			"tip": "What sort of thing it is; any: as the words say."
		},
		{
			"name": "palette",
			"label": "Palette",
			"kind": "choice",
			"options": [["Sweetie 16 (usual)", ""]],
			"tip": "Only colours of this palette are used."
		},
		{
			"name": "size",
			"label": "Size",
			"kind": "choice",
			"options": [["32 x 32", 32], ["16 x 16", 16], ["24 x 24", 24], ["48 x 48", 48]],
			"tip": "Width and height in pixels."
		},
		{
			"name": "outline",
			"label": "Outline",
			"kind": "choice",
			"options": [["none", ""], ["inside", "inside"], ["outside", "outside"]],
			"tip": "A dark line around it: drawn over its border pixels, or around them.",
			"more": true
		},
		{"name": "shadow", "label": "Shadow", "kind": "flag", "tip": "A shadow on the ground below it.", "more": true},
		{
			"name": "baseline",
			"label": "Stands",
			"kind": "choice",
			"options": [["anywhere", ""], ["on the ground", "ground"], ["in the air", "float"]],
			"tip": "Where in the picture it is: at the lower border, or in the middle.",
			"more": true
		},
		{
			"name": "engine",
			"label": "Engine",
			"kind": "choice",
			"options": [["best", "best"], ["hybrid", "hybrid"], ["fast", "fast"]],
			"tip": "best: in several passes. fast: in one. hybrid: between them. Only at 32 x 32.",
			"more": true
		},
	]


func _form_changed(name: String) -> void:
	form.show_field("engine", form.state()["size"] == 32)
	if name != "words":
		return
	var typed := (form.input_of("words") as LineEdit).text
	var last := typed.get_slice(" ", typed.get_slice_count(" ") - 1).to_lower()
	var found := PackedStringArray()
	for word: String in _words:
		if last != "" and word.begins_with(last) and word != last:
			found.append(word)
	_hint.text = "Known: %s" % ", ".join(found.slice(0, _SUGGESTED))
	_hint.visible = not found.is_empty()


static func _swatch(colours: Array) -> Texture2D:
	var pixels := int(16 * EditorInterface.get_editor_scale())
	var image := Image.create_empty(pixels, pixels, false, Image.FORMAT_RGBA8)
	var across := maxi(1, ceili(sqrt(colours.size())))
	for number in colours.size():
		var side := float(pixels) / across
		var place := Vector2(number % across, number / across) * side
		image.fill_rect(Rect2i(Rect2(place, Vector2.ONE * ceilf(side))), Color.html(str(colours[number])))
	return ImageTexture.create_from_image(image)


func _method() -> String:
	return "sprite"


func _params(wanted: Dictionary) -> Dictionary:
	return PlayloomService.wishes(wanted)


func _title(wanted: Dictionary) -> String:
	return "%d: %s, %d" % [wanted["seed"], wanted.get("words", "anything"), wanted["size"]]


func _read(entry: Dictionary, reply: PlayloomReply) -> bool:
	entry["sprite"] = PlayloomSprite.from_reply(reply)
	entry["params"] = _params(entry["wanted"] as Dictionary)
	return entry["sprite"] != null


func _show(entry: Dictionary) -> String:
	var sprite: PlayloomSprite = entry["sprite"]
	_hint.hide()
	_view.picture = sprite.texture
	return "; ".join(sprite.notes)


func _use_tip() -> String:
	return "Fills the selected PlayloomSprite2D, or adds one below the selected node"


func _use_shown(entry: Dictionary) -> String:
	return SceneEdits.put_sprite(entry["params"] as Dictionary, entry["sprite"] as PlayloomSprite)


func _filters() -> PackedStringArray:
	return ["*.png ; Picture", "*.ploomsprite ; Request, drawn when it is imported"]


func _save_shown(entry: Dictionary, path: String) -> String:
	if path.get_extension() == "ploomsprite":
		return FileSaving.write_request(path, entry["params"] as Dictionary)
	return FileSaving.write(path, (entry["sprite"] as PlayloomSprite).image.save_png_to_buffer())
