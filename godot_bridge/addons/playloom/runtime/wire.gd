@tool
class_name PlayloomWire
extends RefCounted
## The wire, version 1: frames are read into messages, and requests written into frames. No I/O.
##
## PROTOCOL.md describes it. The other side is not trusted: sizes, depth and the types of everything
## that is used are checked here, and a frame that is no message says why in [member Message.fault].

const VERSION := 1
## Bytes of the largest frame that is taken; servers send at most 60,000.
const FRAME_HIGH := 65_536
const DEPTH_HIGH := 32
## Values in one message, nested ones included.
const VALUES_HIGH := 8192
const TEXT_HIGH := 4096

const _EXACT_HIGH := 9_007_199_254_740_992.0  # up to here JSON's numbers hold every whole one

static var _hidden: RegEx = RegEx.create_from_string("(?! )[\\p{C}\\p{Z}]")
static var _id: RegEx = RegEx.create_from_string("\\A[A-Za-z0-9._:-]{1,64}\\z")


## One message of the server.
class Message:
	extends RefCounted
	## Why it is none; empty where it is one.
	var fault: String = ""
	## Whose answer it is, or whom the notification is about; empty where the server could not say.
	var id: String = ""
	## Of a notification; empty of an answer.
	var method: String = ""
	## Params of a notification, or the result.
	var content: Dictionary = {}
	## The stable name of the error; empty of a result.
	var error_code: String = ""
	var error_message: String = ""
	## Milliseconds to wait before the request is worth another try; 0: none are named.
	var retry_ms: int = 0
	var payload: PackedByteArray = PackedByteArray()


## Writes a request. [param params] come from [method plain].
static func write(id: String, method: String, params: Dictionary) -> String:
	var message := {"jsonrpc": "2.0", "id": id, "method": method, "params": params}
	return JSON.stringify(message, "", false, true)


## Writes a frame of a message and a payload.
static func pack(text: String, payload: PackedByteArray) -> PackedByteArray:
	var document := text.to_utf8_buffer()
	var frame := PackedByteArray()
	frame.resize(4)
	frame.encode_u32(0, document.size())
	frame.append_array(document)
	frame.append_array(payload)
	return frame


## Returns params as JSON has them: vectors become lists, colours six digits. What it cannot hold is
## named in [param faults].
static func plain(value: Variant, faults: Array[String], depth: int = 0) -> Variant:
	if depth > DEPTH_HIGH - 4:
		faults.append("nested deeper than %d" % (DEPTH_HIGH - 4))
		return null
	match typeof(value):
		TYPE_NIL, TYPE_BOOL, TYPE_INT:
			return value
		TYPE_FLOAT:
			if not is_finite(value as float):
				faults.append("%s is no finite number" % value)
			return value
		TYPE_STRING, TYPE_STRING_NAME:
			if _hidden.search(str(value)) != null:
				faults.append("text has control or invisible characters: %s" % str(value).left(40).c_escape())
			return str(value)
		TYPE_VECTOR2I:
			return [(value as Vector2i).x, (value as Vector2i).y]
		TYPE_RECT2I:
			var area := value as Rect2i
			return [area.position.x, area.position.y, area.size.x, area.size.y]
		TYPE_COLOR:
			return (value as Color).to_html(false)
		TYPE_DICTIONARY:
			return _plain_fields(value as Dictionary, faults, depth)
	if typeof(value) >= TYPE_ARRAY and typeof(value) < TYPE_PACKED_VECTOR2_ARRAY:
		var items: Array = []
		for item: Variant in value:
			items.append(plain(item, faults, depth + 1))
		return items
	faults.append("a %s has no place in a request" % type_string(typeof(value)))
	return null


static func _plain_fields(fields: Dictionary, faults: Array[String], depth: int) -> Dictionary:
	var found := {}
	for key: Variant in fields:
		if not (key is String or key is StringName):
			faults.append("key %s is no text" % key)
		found[plain(str(key), faults, depth + 1)] = plain(fields[key], faults, depth + 1)
	return found


## Reads one frame of the server.
static func read(frame: PackedByteArray, is_text: bool) -> Message:
	var message := Message.new()
	if frame.size() > FRAME_HIGH:
		return _faulty(message, "a frame of %d bytes; at most %d" % [frame.size(), FRAME_HIGH])
	var document := frame
	if not is_text:
		var size := frame.decode_u32(0) if frame.size() >= 4 else -1
		if size < 0 or size > frame.size() - 4:
			return _faulty(message, "a binary frame that is shorter than it says")
		document = frame.slice(4, 4 + size)
		message.payload = frame.slice(4 + size)
	var json := JSON.new()
	if json.parse(document.get_string_from_utf8()) != OK or not json.data is Dictionary:
		return _faulty(message, "no object of JSON")
	var left: Array[int] = [VALUES_HIGH]
	var found: Dictionary = settle(json.data, left)
	if left[0] <= 0:
		_named(message, found.get("id"))
		return _faulty(message, "a message that nests too deep, or has over %d values" % VALUES_HIGH)
	return _envelope(message, found)


## Makes whole numbers [int] in place, and returns the value. [param left] holds how many values may
## follow; it is below 1 in the end where there are more, or where they nest too deep.
static func settle(value: Variant, left: Array[int], depth: int = 0) -> Variant:
	left[0] -= 1
	if depth > DEPTH_HIGH:
		left[0] = 0
	if left[0] <= 0:
		return value
	if value is float:
		var number: float = value
		return int(number) if number == floorf(number) and absf(number) < _EXACT_HIGH else value
	if value is Dictionary:
		var fields: Dictionary = value
		for key: Variant in fields:
			fields[key] = settle(fields[key], left, depth + 1)
	elif value is Array:
		var items: Array = value
		for place in items.size():
			items[place] = settle(items[place], left, depth + 1)
	return value


static func _envelope(message: Message, found: Dictionary) -> Message:
	if not is_same(found.get("jsonrpc"), "2.0"):
		return _faulty(message, "no message of JSON-RPC 2.0")
	if found.has("method"):
		var params: Variant = found.get("params")
		if not (found["method"] is String and params is Dictionary):
			return _faulty(message, "a notification without params")
		message.method = found["method"]
		message.content = params
		var whose: Variant = message.content.get("id", "")
		return _named(message, whose)
	if found.has("result") == found.has("error"):
		return _faulty(message, "an answer needs a result or an error")
	if found.has("result"):
		if not found["result"] is Dictionary:
			return _faulty(_named(message, found.get("id")), "a result that is no object")
		message.content = found["result"]
		return _named(message, found.get("id"))
	var whose: Variant = found.get("id")
	_read_error(message, found["error"])
	return message if whose == null else _named(message, whose)


static func _named(message: Message, id: Variant) -> Message:
	if id is String and (id == "" and message.method != "" or _id.search(id as String) != null):
		message.id = id
		return message
	return _faulty(message, "an id that is none")


static func _read_error(message: Message, error: Variant) -> void:
	message.error_code = "internal"
	message.error_message = "the server's error is damaged"
	if not error is Dictionary:
		return
	var fields: Dictionary = error
	var data: Variant = fields.get("data")
	if fields.get("message") is String:
		message.error_message = (fields["message"] as String).left(TEXT_HIGH)
	if data is Dictionary and (data as Dictionary).get("code") is String:
		message.error_code = (data["code"] as String).left(64)
	if data is Dictionary and (data as Dictionary).get("retry_ms") is int:
		message.retry_ms = clampi(data["retry_ms"] as int, 1, 10_000)
	if data is Dictionary and (data as Dictionary).get("advice") is String:
		message.error_message += "; " + (data["advice"] as String).left(TEXT_HIGH)


static func _faulty(message: Message, why: String) -> Message:
	message.fault = why
	return message
