@tool
extends "importer.gd"
## Makes [code].ploomsprite[/code] files into textures.

const FileSaving := preload("../file_saving.gd")


func _get_importer_name() -> String:
	return "playloom.sprite"


func _get_visible_name() -> String:
	return "Playloom Sprite"


func _get_recognized_extensions() -> PackedStringArray:
	return ["ploomsprite"]


func _get_resource_type() -> String:
	return "ImageTexture"


func _get_import_options(_path: String, _preset: int) -> Array[Dictionary]:
	return _scale_option()


func _make(request: RequestFile, options: Dictionary, path: String) -> String:
	var reply := request.ask("sprite", request.fields)
	var sprite := PlayloomSprite.from_reply(reply) if reply != null else null
	if sprite != null:
		return FileSaving.write_resource(path, _scaled(sprite.image, options))
	if reply != null:
		request.note_reply(reply)
	return request.fault
