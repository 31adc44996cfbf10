@tool
extends "page.gd"
## The dock's page for quests.

const QuestView := preload("quest_view.gd")

const _TONES: Array[String] = [
	"childlike", "fearful", "gruff", "noble", "scholarly", "sly", "warm", "weary", "wry", "zealous"
]

var _view := QuestView.new()


## Builds the page.
func set_up(maker: Service) -> void:
	build(maker, _view, _fields(), "More")
	_view.custom_minimum_size.y = 280 * EditorInterface.get_editor_scale()
	form.changed.connect(_form_changed)


## Asks the server for the worlds it knows.
func fill_lists() -> void:
	var worlds: Variant = await _list("worlds")
	if worlds is Array:
		var options: Array[Array] = []
		for world: String in worlds:
			options.append([world.capitalize(), world])
		form.set_options("world", options)


func _fields() -> Array[Dictionary]:
	var tones: Array[Array] = [[Form.ANY, ""]]
	for tone in _TONES:
		tones.append([tone, tone])
	return [
		{
			"name": "world",
			"label": "World",
			"kind": "choice",
			"tip": "A world that the server knows: its examples, and those of its option --world."
		},
		{
			"name": "world_file",
			"label": "Own world",
			"kind": "file",
			"hint": "none",
			"filter": "*.toml ; World",
			"tip": "A world file of yours, TOML; it is taken instead. To begin one: playloom world new -o world.toml"
		},
		{
			"name": "giver",
			"label": "Giver",
			"kind": "text",
			"tip": "Who gives the quest, by name or id; empty: as the seed decides."
		},
		{
			"name": "tone",
			"label": "Tone",
			"kind": "choice",
			"options": tones,
			"tip": "How the giver speaks; any: as the person is."
		},
		{
			"name": "depth",
			"label": "Depth",
			"kind": "choice",
			"options": [["1 (usual)", 1], ["0", 0], ["2", 2], ["3", 3]],
			"tip": "Levels of steps that become errands of their own.",
			"more": true
		},
		{
			"name": "target",
			"label": "About",
			"kind": "text",
			"tip": "Whom or what it is about, by name or id; empty: as the seed decides.",
			"more": true
		},
		{
			"name": "player",
			"label": "Player",
			"kind": "text",
			"hint": "Traveller",
			"tip": "How people call the player.",
			"more": true
		},
		{
			"name": "rating",
			"label": "Rating",
			"kind": "choice",
			"options": [["everyone", "everyone"], ["teen", "teen"], ["mature", "mature"]],
			"tip": "Which words may be said.",
			"more": true
		},
	]


func _form_changed(name: String) -> void:
	if name in ["world_file", ""]:
		var world := form.input_of("world") as OptionButton
		world.disabled = form.values().has("world_file")


func _fault() -> String:
	var path: String = form.values().get("world_file", "")
	return "" if path == "" else FileSaving.world_fault(path)


func _method() -> String:
	return "quest"


func _params(wanted: Dictionary) -> Dictionary:
	var params := PlayloomService.wishes(wanted)
	if params.has("world_file"):
		params.erase("world_file")
		params.erase("world")
	return params


func _payload(wanted: Dictionary) -> PackedByteArray:
	if not wanted.has("world_file"):
		return PackedByteArray()
	return FileAccess.get_file_as_bytes(wanted["world_file"] as String)


func _title(wanted: Dictionary) -> String:
	var world: String = str(wanted.get("world", "")).capitalize()
	if wanted.has("world_file"):
		world = (wanted["world_file"] as String).get_file()
	return "%d: %s" % [wanted["seed"], " ".join([world, wanted.get("tone", "")]).strip_edges()]


func _read(entry: Dictionary, reply: PlayloomReply) -> bool:
	entry["quest"] = PlayloomQuestResource.from_reply(reply)
	if entry["quest"] == null:
		return false
	var request := _params(entry["wanted"] as Dictionary)
	if entry["wanted"].has("world_file"):
		request["world_file"] = entry["wanted"]["world_file"]
	entry["params"] = request
	return true


func _show(entry: Dictionary) -> String:
	_view.show_quest((entry["quest"] as PlayloomQuestResource).graph())
	return ""


func _use_tip() -> String:
	return "Fills the selected PlayloomQuest, or adds one below the selected node"


func _use_shown(entry: Dictionary) -> String:
	return SceneEdits.put_quest(entry["params"] as Dictionary, entry["quest"] as PlayloomQuestResource)


func _filters() -> PackedStringArray:
	return [
		"*.tres ; Quest resource",
		"*.json ; Quest as playloom quest writes it",
		"*.ploomquest ; Request, made when it is imported"
	]


func _save_shown(entry: Dictionary, path: String) -> String:
	var quest: PlayloomQuestResource = entry["quest"]
	match path.get_extension():
		"ploomquest":
			return FileSaving.write_request(path, entry["params"] as Dictionary)
		"json":
			return FileSaving.write(path, quest.json.to_utf8_buffer())
	return FileSaving.write_resource(path, quest.duplicate() as Resource)
