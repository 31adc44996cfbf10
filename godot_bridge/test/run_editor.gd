@tool
extends "res://test/run.gd"
## As [code]run.gd[/code], in the editor and once it is ready, with a scene open:
## godot --headless --editor --path godot_bridge SCENE -s test/run_editor.gd -- FILE
##
## The editor loads this before it knows the names of classes: nothing of the addon may be named here.


func _run() -> void:
	var files := EditorInterface.get_resource_filesystem()
	while files.is_scanning() or EditorInterface.get_edited_scene_root() == null:
		await process_frame
	await super()


## The addon's plugin; null where the editor has not loaded it.
func plugin() -> EditorPlugin:
	for node in root.get_child(0).find_children("*", "EditorPlugin", true, false):
		var script := node.get_script() as Script
		if script != null and script.resource_path == "res://addons/playloom/plugin.gd":
			return node
	return null
