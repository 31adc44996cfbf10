@tool
extends "importer.gd"
## Makes [code].ploomwalk[/code] files into [SpriteFrames]: a figure of the project ([code]figure[/code], a
## picture of 16x16 or 32x32 pixels), or one that is drawn first, walks in four directions.

const FileSaving := preload("../file_saving.gd")

const _OWN: Array[String] = ["frames", "right", "milliseconds"]


func _get_importer_name() -> String:
	return "playloom.walk"


func _get_visible_name() -> String:
	return "Playloom Walk"


func _get_recognized_extensions() -> PackedStringArray:
	return ["ploomwalk"]


func _get_resource_type() -> String:
	return "SpriteFrames"


func _get_import_options(_path: String, _preset: int) -> Array[Dictionary]:
	return _scale_option()


func _make(request: RequestFile, options: Dictionary, path: String) -> String:
	var figure_path := request.take_path("figure")
	var asked := request.fields.duplicate()
	var wishes: Dictionary = {}
	for name in _OWN:
		if asked.has(name):
			wishes[name] = asked[name]
			asked.erase(name)
	var figure: Image = null
	if figure_path != "":
		figure = Image.load_from_file(figure_path)
		if not asked.is_empty():
			return "%s: the figure is there, %s draws another" % [figure_path, ", ".join(asked.keys())]
	else:
		figure = _draw(request, asked)
	if figure == null:
		return request.fault if request.fault != "" else "%s: is no picture" % figure_path
	figure.convert(Image.FORMAT_RGBA8)
	var reply := request.ask("walk", wishes.merged({"side": figure.get_width()}), figure.get_data())
	var walk := PlayloomWalk.from_reply(reply) if reply != null else null
	if walk == null:
		if reply != null:
			request.note_reply(reply)
		return request.fault
	var frames := walk.sprite_frames()
	for clip in frames.get_animation_names():
		for number in frames.get_frame_count(clip):
			var image := frames.get_frame_texture(clip, number).get_image()
			frames.set_frame(clip, number, _scaled(image, options))
	return FileSaving.write_resource(path, frames)


func _draw(request: RequestFile, asked: Dictionary) -> Image:
	var reply := request.ask("sprite", asked)
	var sprite := PlayloomSprite.from_reply(reply) if reply != null else null
	if sprite == null and reply != null:
		request.note_reply(reply)
	return null if sprite == null else sprite.image
