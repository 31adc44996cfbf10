@tool
class_name PlayloomReply
extends RefCounted
## The one answer to a request: a result with its blobs, or an error.

const BLOBS_HIGH := 64
## Cells or pixels along one side of an array.
const SIDE_HIGH := 65_536
## Bytes of the largest answer; servers send at most 8 MiB.
const BYTES_HIGH := 16 << 20

const _BYTES: Dictionary[String, int] = {"u16le": 2, "u8": 1, "json": 0, "file": 0}  # of a number

## Whether there is a result; otherwise [member error_code] and [member error_message] say why not.
var ok: bool = false
## The result's fields, as PROTOCOL.md lists them; whole numbers are [int].
var result: Dictionary = {}
## Stable name of the error, such as [code]"request_invalid"[/code]; empty when [member ok].
var error_code: String = ""
## The error for people: what is wrong and what to do.
var error_message: String = ""
## The pieces of the payload by name, such as [code]"cells"[/code], [code]"rgba"[/code], [code]"evidence"[/code].
var blobs: Dictionary[String, PackedByteArray] = {}
## The shape of every blob that is an array, row by row: [code][height, width][/code] of cells.
var shapes: Dictionary[String, PackedInt64Array] = {}
## Whether the answer comes from the shipped pack, not from a running server.
var from_pack: bool = false


## Returns an answer that says why there is no result.
static func failed(code: String, message: String) -> PlayloomReply:
	var reply := PlayloomReply.new()
	reply.error_code = code
	reply.error_message = message
	return reply


## Reads a result of the server or of a pack and the payload that belongs to it. Lies about sizes and
## shapes make it an error, [code]answer_damaged[/code].
static func of_result(content: Dictionary, payload: PackedByteArray) -> PlayloomReply:
	var reply := PlayloomReply.new()
	reply.ok = true
	reply.result = content
	var listed: Variant = content.get("blobs", [])
	content.erase("blobs")
	content.erase("parts")
	if not listed is Array or (listed as Array).size() > BLOBS_HIGH:
		return failed("answer_damaged", "the answer's list of blobs is none")
	var from := 0
	for blob: Variant in listed as Array:
		var size := reply._take_blob(blob, payload, from)
		if size < 0:
			return failed("answer_damaged", "a blob of the answer is not as long as it says")
		from += size
	if from != payload.size():
		return failed("answer_damaged", "the answer has bytes that belong to no blob")
	return reply


## Returns the content of a JSON blob such as [code]"evidence"[/code]; null where there is none.
func json(blob: String) -> Variant:
	if not blobs.has(blob):
		return null
	var parser := JSON.new()
	return parser.data if parser.parse(blobs[blob].get_string_from_utf8()) == OK else null


func _take_blob(blob: Variant, payload: PackedByteArray, from: int) -> int:
	if not blob is Dictionary:
		return -1
	var fields: Dictionary = blob
	var name: Variant = fields.get("name")
	var size: Variant = fields.get("size")
	if not (name is String and size is int) or blobs.has(name):
		return -1
	if (size as int) < 0 or (size as int) > payload.size() - from:
		return -1
	var type: Variant = fields.get("type")
	if not (type is String and _BYTES.has(type)):
		return -1
	var bytes_each := _BYTES[type as String]
	if bytes_each > 0 and not _take_shape(fields, bytes_each):
		return -1
	blobs[name as String] = payload.slice(from, from + (size as int))
	return size


func _take_shape(fields: Dictionary, bytes_each: int) -> bool:
	var shape: Variant = fields.get("shape", [])
	if not shape is Array or (shape as Array).is_empty() or (shape as Array).size() > 4:
		return false
	var sides := PackedInt64Array()
	var bytes := bytes_each
	for side: Variant in shape as Array:
		if not side is int or (side as int) < 0 or (side as int) > SIDE_HIGH or bytes > BYTES_HIGH:
			return false
		sides.append(side as int)
		bytes *= side as int
	if bytes != fields["size"]:
		return false
	shapes[fields["name"] as String] = sides
	return true
