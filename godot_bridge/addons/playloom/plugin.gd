@tool
extends EditorPlugin
## Registers the autoload and the project settings of Playloom, its dock and its importers.

const AUTOLOAD := "Playloom"
const CHECK := "Playloom: check the sidecar"
const Settings := preload("runtime/settings.gd")
const Service := preload("runtime/playloom.gd")
const Dock := preload("editor/dock.gd")
const Check := preload("editor/check.gd")
const Importer := preload("editor/importing/importer.gd")
const RequestFile := preload("editor/importing/request_file.gd")
const IMPORTERS: Array[GDScript] = [
	preload("editor/importing/level_importer.gd"),
	preload("editor/importing/sprite_importer.gd"),
	preload("editor/importing/walk_importer.gd"),
	preload("editor/importing/quest_importer.gd"),
]

## What the dock and the importers ask; the game that is edited has its own.
var service: Service = null
## The dock's content.
var dock: Dock = null

var _frame: Control = null  # an EditorDock around it, from Godot 4.6 on
var _importers: Array[Importer] = []


func _enable_plugin() -> void:
	var folder := (get_script() as Script).resource_path.get_base_dir()
	add_autoload_singleton(AUTOLOAD, folder + "/runtime/playloom.gd")


func _disable_plugin() -> void:
	remove_autoload_singleton(AUTOLOAD)


func _enter_tree() -> void:
	Settings.register()
	service = Service.new()
	service.connected.connect(_import_unserved)
	add_child(service)
	for script in IMPORTERS:
		var importer: Importer = script.new()
		importer.service = service
		_importers.append(importer)
		add_import_plugin(importer)
	_add_dock()
	add_tool_menu_item(CHECK, _check)


func _exit_tree() -> void:
	remove_tool_menu_item(CHECK)
	_remove_dock()
	for importer in _importers:
		remove_import_plugin(importer)
	_importers.clear()
	service.queue_free()
	service = null


func _add_dock() -> void:
	dock = Dock.new()
	dock.name = "Playloom"
	dock.set_up(service)
	if not ClassDB.class_exists(&"EditorDock"):
		add_control_to_dock(DOCK_SLOT_RIGHT_UL, dock)
		return
	_frame = ClassDB.instantiate(&"EditorDock") as Control
	_frame.name = "Playloom"
	_frame.set(&"title", "Playloom")
	_frame.set(&"layout_key", "playloom")
	_frame.set(&"default_slot", DOCK_SLOT_RIGHT_UL)
	_frame.add_child(dock)
	call(&"add_dock", _frame)


func _remove_dock() -> void:
	if _frame != null:
		call(&"remove_dock", _frame)
		_frame.queue_free()
		_frame = null
	else:
		remove_control_from_docks(dock)
		dock.queue_free()
	dock = null


# The engine tries an import that failed only when its file changes, or by hand.
func _import_unserved() -> void:
	var files := PackedStringArray(RequestFile.unserved.keys())
	RequestFile.unserved.clear()
	if not files.is_empty():
		EditorInterface.get_resource_filesystem().reimport_files.call_deferred(files)


func _check() -> void:
	var dialog := Check.new()
	EditorInterface.popup_dialog_centered(dialog)
	dialog.check(service)
