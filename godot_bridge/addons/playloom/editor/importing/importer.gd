@tool
extends EditorImportPlugin
## What the importers share. A file holds the fields of a request as JSON; its suffix is the method.

const Service := preload("../../runtime/playloom.gd")
const RequestFile := preload("request_file.gd")

var service: Service = null


func _get_preset_count() -> int:
	return 0


func _get_import_options(_path: String, _preset: int) -> Array[Dictionary]:
	return []


func _get_option_visibility(_path: String, _option: StringName, _options: Dictionary) -> bool:
	return true


func _get_priority() -> float:
	return 1.0


func _get_import_order() -> int:
	return 0


func _get_save_extension() -> String:
	return "res"


func _can_import_threaded() -> bool:
	return false


func _import(
	source_file: String,
	save_path: String,
	options: Dictionary,
	_platform_variants: Array[String],
	_gen_files: Array[String]
) -> Error:
	var request := RequestFile.new(source_file, service)
	var fault := request.fault
	if fault == "":
		fault = _make(request, options, "%s.%s" % [save_path, _get_save_extension()])
	if fault != "":
		push_error("Playloom: " + fault)
		return FAILED
	return OK


# Makes what is asked for and writes it. Returns what is wrong, or an empty text.
func _make(_request: RequestFile, _options: Dictionary, _path: String) -> String:
	return "nothing can be made"


static func _scale_option() -> Array[Dictionary]:
	return [{"name": "scale", "default_value": 1, "property_hint": PROPERTY_HINT_RANGE, "hint_string": "1,16"}]


static func _scaled(image: Image, options: Dictionary) -> ImageTexture:
	var scale: int = options.get("scale", 1)
	var larger := image.duplicate() as Image
	larger.resize(image.get_width() * scale, image.get_height() * scale, Image.INTERPOLATE_NEAREST)
	return ImageTexture.create_from_image(larger)
