@tool
extends "importer.gd"
## Makes [code].ploomquest[/code] files into [PlayloomQuestResource]s; [code]world_file[/code] names a world of
## the project.

const FileSaving := preload("../file_saving.gd")


func _get_importer_name() -> String:
	return "playloom.quest"


func _get_visible_name() -> String:
	return "Playloom Quest"


func _get_recognized_extensions() -> PackedStringArray:
	return ["ploomquest"]


func _get_resource_type() -> String:
	return "Resource"


func _make(request: RequestFile, _options: Dictionary, path: String) -> String:
	var world := request.take_path("world_file")
	var payload := PackedByteArray()
	if world != "":
		var fault := FileSaving.world_fault(world)
		if fault != "":
			return fault
		payload = FileAccess.get_file_as_bytes(world)
	var reply := request.ask("quest", request.fields, payload)
	var quest := PlayloomQuestResource.from_reply(reply) if reply != null else null
	if quest != null:
		return FileSaving.write_resource(path, quest)
	if reply != null:
		request.note_reply(reply)
	return request.fault
