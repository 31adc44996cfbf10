@tool
class_name PlayloomPackIndex
extends RefCounted
## What a shipped pack holds, read from its index and not believed: types, names, sizes and bounds are
## checked here, the contents when they are asked for.

const FILE := "index.json"
const FORMAT := 1
const BYTES_HIGH := 16 << 20
const ENTRIES_HIGH := 10_000
## Bytes of the file of one content.
const CONTENT_HIGH := 32 << 20

const _VALUES_HIGH := 2_000_000  # in the whole index

static var _name: RegEx = RegEx.create_from_string("\\A[a-z]+-[0-9a-f]{16}\\.json\\z")
static var _hash: RegEx = RegEx.create_from_string("\\A[0-9a-f]{64}\\z")

## What is wrong with the index; empty where nothing is.
var problem: String = ""
## All contents by method.
var entries: Dictionary[String, Array] = {}
## The endless levels among them.
var worlds: Array[World] = []
## What fields hold that a request does not name, by method.
var usual: Dictionary[String, Dictionary] = {}


## One content.
class Entry:
	extends RefCounted
	var method: String
	## What was asked for, without what is usual, the seed and the place of a chunk.
	var params: Dictionary
	var seed_number: int
	## SHA-256 of the payload that goes with the request; empty where there is none.
	var payload: String
	## Of the file: its name in the pack's folder, bytes and SHA-256.
	var file: String
	var size: int
	var sha256: String


## The chunks of one endless level, a rectangle without gaps.
class World:
	extends RefCounted
	## What was asked for in each of them.
	var params: Dictionary
	var seed_number: int
	var payload: String = ""
	var area: Rect2i
	var chunks: Dictionary[Vector2i, Entry] = {}


## Reads the index in a folder.
static func read(folder: String) -> PlayloomPackIndex:
	var index := PlayloomPackIndex.new()
	index.problem = index._read(folder.path_join(FILE))
	return index


func _read(path: String) -> String:
	var text := FileAccess.get_file_as_bytes(path)
	if text.is_empty() or text.size() > BYTES_HIGH:
		return "it is empty, cannot be read, or has over %d bytes" % BYTES_HIGH
	var json := JSON.new()
	if json.parse(text.get_string_from_ascii()) != OK:
		return "it is no JSON: line %d: %s" % [json.get_error_line(), json.get_error_message()]
	var left: Array[int] = [_VALUES_HIGH]
	var found: Variant = PlayloomWire.settle(json.data, left)
	if not found is Dictionary or left[0] <= 0:
		return "it is no object, or holds too much"
	var fields: Dictionary = found
	if fields.get("playloom_pack") is not int or fields["playloom_pack"] != FORMAT:
		return "its format is %s, this addon reads %d" % [fields.get("playloom_pack"), FORMAT]
	var listed: Variant = fields.get("entries")
	if not listed is Array or (listed as Array).size() > ENTRIES_HIGH:
		return "it lists no entries, or over %d" % ENTRIES_HIGH
	var methods: Variant = fields.get("usual")
	if methods is Dictionary:
		for method: String in methods as Dictionary:
			if methods[method] is Dictionary:
				usual[method] = methods[method]
	for place in (listed as Array).size():
		var wrong := _take((listed as Array)[place])
		if wrong != "":
			return "entry %d: %s" % [place, wrong]
	return _measure_worlds()


func _take(listed: Variant) -> String:
	if not listed is Dictionary:
		return "is no object"
	var fields: Dictionary = listed
	for name: String in ["method", "file", "sha256"]:
		if not fields.get(name) is String:
			return "%s is no text" % name
	if not (fields.get("params") is Dictionary and fields.get("size") is int):
		return "params or size are none"
	var entry := Entry.new()
	entry.method = fields["method"]
	entry.params = fields["params"]
	entry.file = fields["file"]
	entry.size = fields["size"]
	entry.sha256 = fields["sha256"]
	if _name.search(entry.file) == null or _hash.search(entry.sha256) == null:
		return "file or sha256 are none"
	if entry.size < 1 or entry.size > CONTENT_HIGH:
		return "size is %d; at most %d" % [entry.size, CONTENT_HIGH]
	var number: Variant = fields.get("seed", "0")
	if not (number is String and (number as String).is_valid_int()):
		return "seed is no whole number in quotes"
	entry.seed_number = (number as String).to_int()
	if fields.get("payload_sha256") is String:
		entry.payload = fields["payload_sha256"]
	if entry.method == "chunk":
		return _take_chunk(entry, fields.get("x"), fields.get("y"))
	if not entries.has(entry.method):
		entries[entry.method] = []
	entries[entry.method].append(entry)
	return ""


func _take_chunk(entry: Entry, x: Variant, y: Variant) -> String:
	if not (x is int and y is int and absi(x as int) < 1 << 30 and absi(y as int) < 1 << 30):
		return "x or y are no whole numbers"
	var spot := Vector2i(x as int, y as int)
	var world: World = null
	for known in worlds:
		if known.seed_number == entry.seed_number and known.params == entry.params:
			world = known
	if world == null:
		world = World.new()
		world.params = entry.params
		world.seed_number = entry.seed_number
		world.area = Rect2i(spot, Vector2i.ONE)
		worlds.append(world)
	if world.chunks.has(spot):
		return "chunk %s is there already" % spot
	world.chunks[spot] = entry
	world.area = world.area.merge(Rect2i(spot, Vector2i.ONE))
	return ""


func _measure_worlds() -> String:
	for world in worlds:
		if world.area.size.x * world.area.size.y != world.chunks.size():
			return "the chunks of a world leave gaps in %s" % world.area
	return ""
