@tool
class_name PlayloomPack
extends RefCounted
## Content that was made before the game was exported, for where no server can run: on the web, on phones.
##
## [code]playloom bundle --pack requests.toml -o playloom_pack[/code] writes one. A request is answered with
## the very bytes that a server would make where the pack has them, else with content that fits, chosen by
## the seed: same pack, request and seed, same content. An endless level goes on beyond the chunks that the
## pack has by mirroring them. What is damaged is told in the answer.

const _VALUES_HIGH := 100_000  # in a result
const _PAYLOAD := ',"payload":"'  # between the result and the payload of a content's file
const _TAIL := '"}\n'
const _COMMAND := "playloom bundle --pack requests.toml -o playloom_pack"

var _folder: String
var _index: PlayloomPackIndex = null


## Takes the pack in a folder; without one, that of the project's settings. Nothing is read yet.
func _init(folder: String = "") -> void:
	_folder = folder if folder != "" else str(PlayloomSettings.get_value(PlayloomSettings.PACK))


## Whether there is a pack at all, sound or not.
func exists() -> bool:
	return FileAccess.file_exists(_folder.path_join(PlayloomPackIndex.FILE))


## Answers a request; see PROTOCOL.md for methods and their params. Never null: the error is
## [code]kind_unknown[/code] where nothing fits, [code]package_corrupt[/code] where the pack is damaged.
func answer(method: String, params: Dictionary, payload: PackedByteArray = PackedByteArray()) -> PlayloomReply:
	var reply := _answer(method, params, payload)
	reply.from_pack = true
	return reply


func _answer(method: String, params: Dictionary, payload: PackedByteArray) -> PlayloomReply:
	if not exists():
		var why := "there is no pack in %s; make one in the project's folder: %s" % [_folder, _COMMAND]
		return PlayloomReply.failed("kind_unknown", why)
	if _index == null:
		_index = PlayloomPackIndex.read(_folder)
	if _index.problem != "":
		return _damaged(PlayloomPackIndex.FILE, _index.problem)
	var faults: Array[String] = []
	var asked: Dictionary = PlayloomWire.plain(params, faults)
	var left: Array[int] = [_VALUES_HIGH]
	asked = PlayloomWire.settle(asked, left)
	var fault := _fault(method, asked)
	if fault != "":
		faults.append(fault)
	if not faults.is_empty():
		return PlayloomReply.failed("params_invalid", "%s: %s" % [method, faults[0]])
	var sha256 := _sha256(payload) if not payload.is_empty() else ""
	var offers: Array = _index.worlds if method == "chunk" else _index.entries.get(method, [])
	var usual: Dictionary = _index.usual.get(method, {})
	var fitting := PlayloomPackChoice.fitting(method, offers, asked, sha256, usual)
	if fitting.is_empty():
		return _nothing(method, asked, offers)
	var chosen: Variant = PlayloomPackChoice.choose(fitting, asked.get("seed", 0) as int)
	if chosen is PlayloomPackIndex.World:
		return _chunk(chosen as PlayloomPackIndex.World, Vector2i(asked["x"] as int, asked["y"] as int))
	return _load(chosen as PlayloomPackIndex.Entry)


func _fault(method: String, asked: Dictionary) -> String:
	var number: Variant = asked.get("seed", 0)
	if not (number is int and (number as int) >= 0):
		return "seed is %s; choose a whole number from 0" % number
	if method == "chunk":
		for field: String in ["x", "y"]:
			var value: Variant = asked.get(field)
			if not (value is int and absi(value as int) < 1 << 30):
				return "%s is %s; choose a whole number within 2**30 of 0" % [field, value]
	return ""


func _chunk(world: PlayloomPackIndex.World, spot: Vector2i) -> PlayloomReply:
	var found := PlayloomPackChoice.mirrored(spot, world.area)
	var reply := _load(world.chunks[found[0] as Vector2i])
	if reply.ok and spot != found[0]:
		_make_copy(reply, found[1] as bool, found[2] as bool)
	return reply


## Makes the cells of a chunk those of a copy elsewhere: mirrored, and without a second start. What else is
## known of the chunk speaks of other cells, and is left out.
func _make_copy(reply: PlayloomReply, across: bool, down: bool) -> void:
	var cells: PackedByteArray = reply.blobs.get("cells", PackedByteArray())
	var shape: PackedInt64Array = reply.shapes.get("cells", PackedInt64Array())
	reply.blobs.clear()
	reply.result.erase("solution")
	if shape.size() != 2:
		return
	var tiles: Variant = reply.result.get("tiles")
	var start := (tiles as Array).find("start") if tiles is Array else -1
	var floor_tile := (tiles as Array).find("floor") if tiles is Array else -1
	var height := shape[0]
	var width := shape[1]
	var turned := PackedByteArray()
	turned.resize(cells.size())
	for y in height:
		var from := (height - 1 - y if down else y) * width * 2
		for x in width:
			var cell := cells.decode_u16(from + (width - 1 - x if across else x) * 2)
			if cell == start and floor_tile >= 0:
				cell = floor_tile
			turned.encode_u16((y * width + x) * 2, cell)
	reply.blobs["cells"] = turned


func _load(entry: PlayloomPackIndex.Entry) -> PlayloomReply:
	var path := _folder.path_join(entry.file)
	var data := FileAccess.get_file_as_bytes(path)
	if data.size() != entry.size:
		return _damaged(entry.file, "it has %d bytes, the index says %d" % [data.size(), entry.size])
	var sha256 := _sha256(data)
	if sha256 != entry.sha256:
		var hashes := [sha256.left(12), entry.sha256.left(12)]
		return _damaged(entry.file, "its SHA-256 is %s, the index says %s" % hashes)
	# {"result":{...},"payload":"..."}: JSON's parser takes milliseconds for the bytes, so it gets the rest alone.
	var end := data.size() - _TAIL.length()
	var begin := data.rfind('"'.unicode_at(0), end - 1) + 1
	var head := data.slice(0, begin).get_string_from_utf8()
	if begin < 1 or not head.ends_with(_PAYLOAD) or data.slice(end).get_string_from_ascii() != _TAIL:
		return _damaged(entry.file, "it does not end with a payload")
	var json := JSON.new()
	if json.parse(head.trim_suffix(_PAYLOAD) + "}") != OK or not json.data is Dictionary:
		return _damaged(entry.file, "it is no object of JSON")
	var left: Array[int] = [_VALUES_HIGH]
	var found: Variant = PlayloomWire.settle((json.data as Dictionary).get("result"), left)
	if left[0] <= 0 or not found is Dictionary:
		return _damaged(entry.file, "its result is none, or too large")
	var result: Dictionary = found
	if result.has("seed"):
		result["seed"] = entry.seed_number  # as JSON has it, it may have lost its last digits
	var text := data.slice(begin, end).get_string_from_ascii()
	var payload := Marshalls.base64_to_raw(text) if text != "" else PackedByteArray()
	var reply := PlayloomReply.of_result(result, payload)
	return reply if reply.ok else _damaged(entry.file, reply.error_message)


func _nothing(method: String, asked: Dictionary, offers: Array) -> PlayloomReply:
	var has: Array[String] = []
	for offer: Variant in offers:
		var words: Array[String] = []
		for field: String in PlayloomPackChoice.MUST.get(method, []):
			if offer.params.has(field):
				words.append("%s %s" % [field, offer.params[field]])
		var told := ", ".join(words)
		if told != "" and not has.has(told) and has.size() < 8:
			has.append(told)
	var wanted: Array[String] = []
	for field: String in PlayloomPackChoice.MUST.get(method, []):
		if asked.has(field):
			wanted.append("%s %s" % [field, asked[field]])
	var what := "%s with %s" % [method, ", ".join(wanted)] if not wanted.is_empty() else method
	var instead := "; it has %s" % " | ".join(has) if not has.is_empty() else ""
	var why := "the pack in %s has no %s%s; add a [[request]] to its list and make it anew: %s"
	return PlayloomReply.failed("kind_unknown", why % [_folder, what, instead, _COMMAND])


func _damaged(file: String, why: String) -> PlayloomReply:
	var message := "%s: %s; make the pack anew: %s" % [_folder.path_join(file), why, _COMMAND]
	return PlayloomReply.failed("package_corrupt", message)


static func _sha256(data: PackedByteArray) -> String:
	var context := HashingContext.new()
	context.start(HashingContext.HASH_SHA256)
	if not data.is_empty():
		context.update(data)
	return context.finish().hex_encode()
