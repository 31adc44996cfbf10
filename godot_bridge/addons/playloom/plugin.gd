@tool
extends EditorPlugin
## Registers the autoload and the project settings of Playloom.

const AUTOLOAD := "Playloom"
const Settings := preload("runtime/settings.gd")


func _enable_plugin() -> void:
	var folder := (get_script() as Script).resource_path.get_base_dir()
	add_autoload_singleton(AUTOLOAD, folder + "/runtime/playloom.gd")


func _disable_plugin() -> void:
	remove_autoload_singleton(AUTOLOAD)


func _enter_tree() -> void:
	Settings.register()
