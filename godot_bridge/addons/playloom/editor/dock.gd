@tool
extends VBoxContainer
## The dock: levels, sprites and quests with a mouse. It starts a server when it is first seen.

const Service := preload("../runtime/playloom.gd")
const LevelPage := preload("level_page.gd")
const SpritePage := preload("sprite_page.gd")
const QuestPage := preload("quest_page.gd")
const Problem := preload("problem.gd")

## What brings a server where there is none.
const INSTALL := "pip install 'playloom[bridge]'"

var service: Service = null
var problem := Problem.new()
var level_page := LevelPage.new()
var sprite_page := SpritePage.new()
var quest_page := QuestPage.new()

var _waiting := Label.new()
var _tabs := TabContainer.new()
var _seen := false


## Builds the dock. [param maker] is asked for content.
func set_up(maker: Service) -> void:
	service = maker
	problem.again.connect(connect_service)
	add_child(problem)
	_waiting.text = "Starting the server..."
	_waiting.hide()
	add_child(_waiting)
	_tabs.size_flags_vertical = SIZE_EXPAND_FILL
	add_child(_tabs)
	for page: ScrollContainer in [level_page, sprite_page, quest_page]:
		_tabs.add_child(page)
	level_page.name = "Level"
	sprite_page.name = "Sprite"
	quest_page.name = "Quest"
	level_page.set_up(service)
	sprite_page.set_up(service)
	quest_page.set_up(service)
	service.fell_back.connect(_tell_missing)
	service.connected.connect(problem.hide)
	custom_minimum_size = Vector2(240, 0) * EditorInterface.get_editor_scale()


func _notification(what: int) -> void:
	var is_seen := what == NOTIFICATION_VISIBILITY_CHANGED and service != null and is_visible_in_tree()
	if is_seen and not _seen and DisplayServer.get_name() != "headless":  # not while a build imports or exports
		_seen = true
		connect_service()


## Starts or joins a server and asks it for what the forms list. Returns whether it could.
func connect_service() -> bool:
	_seen = true
	problem.hide()
	_waiting.show()
	var serves: bool = await service.start()
	_waiting.hide()
	if not serves:
		_tell_missing(service.why_pack)
		return false
	await level_page.fill_lists()
	await sprite_page.fill_lists()
	await quest_page.fill_lists()
	return true


## Words and a command for what keeps a server from running.
static func advice(why: String) -> PackedStringArray:
	if why.contains(PlayloomSettings.MODE):
		return ["No server runs: %s. Choose auto to have one in the editor." % why, ""]
	if why.begins_with("no server of Playloom found"):
		return [
			(
				"No server of Playloom was found. Install it with the command below, in a .venv of the project"
				+ (
					" or where the PATH finds it, and try again; or name its program in the project setting %s."
					% PlayloomSettings.EXECUTABLE
				)
			),
			INSTALL
		]
	return ["The server does not run: %s" % why, ""]


func _tell_missing(why: String) -> void:
	var told := advice(why)
	problem.tell(told[0], told[1], true)
