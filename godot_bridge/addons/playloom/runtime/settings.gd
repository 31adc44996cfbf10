@tool
class_name PlayloomSettings
extends RefCounted
## The project settings of Playloom, all under [code]playloom/[/code].

## [code]auto[/code]: join the server of the ready file where one is named, else start one, else use the pack.
## [code]attach[/code]: only join. [code]pack_only[/code]: only the shipped pack.
const MODE := "playloom/sidecar/mode"
## The program to start where no sidecar lies beside the exported game; empty: looked for.
const EXECUTABLE := "playloom/sidecar/executable"
## More arguments of [code]playloom serve[/code], such as [code]--world[/code] and a file.
const ARGUMENTS := "playloom/sidecar/arguments"
## What [code]playloom serve --ready-file[/code] wrote: the port and the token of a server to join.
const READY_FILE := "playloom/sidecar/ready_file"
## Seconds that a server may take until it listens.
const START_SECONDS := "playloom/sidecar/start_seconds"
## The folder of the shipped pack.
const PACK := "playloom/pack/folder"

const _HINTS: Dictionary[String, Dictionary] = {
	MODE: {"hint": PROPERTY_HINT_ENUM, "hint_string": "auto,attach,pack_only"},
	EXECUTABLE: {"hint": PROPERTY_HINT_GLOBAL_FILE},
	READY_FILE: {"hint": PROPERTY_HINT_GLOBAL_FILE},
	START_SECONDS: {"hint": PROPERTY_HINT_RANGE, "hint_string": "1,120,0.5"},
	PACK: {"hint": PROPERTY_HINT_DIR},
}

static var _usual: Dictionary[String, Variant] = {
	MODE: "auto",
	EXECUTABLE: "",
	ARGUMENTS: PackedStringArray(),
	READY_FILE: "",
	START_SECONDS: 20.0,
	PACK: "res://playloom_pack",
}


## Returns a setting, or what is usual where the project says nothing.
static func get_value(name: String) -> Variant:
	return ProjectSettings.get_setting(name, _usual[name])


## Lists the settings in the editor, with what is usual.
static func register() -> void:
	for name: String in _usual:
		if not ProjectSettings.has_setting(name):
			ProjectSettings.set_setting(name, _usual[name])
		ProjectSettings.set_initial_value(name, _usual[name])
		ProjectSettings.set_as_basic(name, true)
		var hint := {"name": name, "type": typeof(_usual[name])}
		hint.merge(_HINTS.get(name, {}) as Dictionary)
		ProjectSettings.add_property_info(hint)
