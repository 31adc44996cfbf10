@tool
class_name PlayloomFields
extends RefCounted
## Reads the fields of an answer within bounds and remembers the first that is wrong.
##
## Every read returns something of the right type, so that a reader is written straight down and
## asks once, at its end, whether there was a [member fault].

## The first thing that was wrong, with the field's name; empty while nothing was.
var fault: String = ""


## Text of at most [param high] characters; with [param optional] it may be missing or null.
func text(of: Dictionary, key: String, high: int = 256, optional: bool = false) -> String:
	var found: Variant = of.get(key)
	if found == null and optional:
		return ""
	if not found is String:
		note("%s is no text" % key)
		return ""
	if (found as String).length() > high:
		note("%s has %d characters, at most %d are expected" % [key, (found as String).length(), high])
		return ""
	return found


## A whole number from [param low] to [param high]; JSON's 7.0 counts as one.
func whole(of: Dictionary, key: String, low: int, high: int) -> int:
	return _whole(of.get(key), key, low, high)


## Two whole numbers, both from [param low] to [param high].
func pair(of: Dictionary, key: String, low: int, high: int) -> Vector2i:
	var found: Array = list(of, key, 2)
	if found.size() != 2:
		note("%s is no pair" % key)
		return Vector2i(low, low)
	return Vector2i(_whole(found[0], key, low, high), _whole(found[1], key, low, high))


## A list of at most [param high] entries; with [param optional] it may be missing.
func list(of: Dictionary, key: String, high: int, optional: bool = false) -> Array:
	var found: Variant = of.get(key)
	if found == null and optional:
		return []
	if not found is Array:
		note("%s is no list" % key)
		return []
	if (found as Array).size() > high:
		note("%s has %d entries, at most %d are expected" % [key, (found as Array).size(), high])
		return []
	return found


## A list of texts of at most [param length] characters each.
func texts(of: Dictionary, key: String, high: int, length: int = 256, optional: bool = false) -> PackedStringArray:
	var found := PackedStringArray()
	for one: Variant in list(of, key, high, optional):
		if not one is String or (one as String).length() > length:
			note("%s holds something else than short texts" % key)
			return PackedStringArray()
		found.append(one)
	return found


## A list of objects.
func objects(of: Dictionary, key: String, high: int, optional: bool = false) -> Array[Dictionary]:
	var found: Array[Dictionary] = []
	for one: Variant in list(of, key, high, optional):
		if not one is Dictionary:
			note("%s holds something else than objects" % key)
			return []
		found.append(one)
	return found


## An object.
func object(of: Dictionary, key: String, optional: bool = false) -> Dictionary:
	var found: Variant = of.get(key)
	if found == null and optional:
		return {}
	if not found is Dictionary:
		note("%s is no object" % key)
		return {}
	return found


## JSON in the blob [param name] of a reply; an empty object where it is none.
func json(reply: PlayloomReply, name: String, high: int = 8 << 20) -> Dictionary:
	if not reply.blobs.has(name) or reply.blobs[name].size() > high:
		note("there is no %s" % name)
		return {}
	var reader := JSON.new()
	if reader.parse(reply.blobs[name].get_string_from_utf8()) != OK or not reader.data is Dictionary:
		note("%s is no JSON object" % name)
		return {}
	return reader.data


## The bytes of the blob [param name] if it has the shape, of elements of [param item_bytes] bytes.
func array(reply: PlayloomReply, name: String, shape: PackedInt64Array, item_bytes: int) -> PackedByteArray:
	var size := item_bytes
	for side in shape:
		size *= side
	if not reply.blobs.has(name) or not reply.shapes.has(name):
		note("there is no %s" % name)
	elif reply.shapes[name] != shape or reply.blobs[name].size() != size:
		var found := [name, reply.shapes[name], reply.blobs[name].size(), shape]
		note("%s is %s in %d bytes, %s is expected" % found)
	else:
		return reply.blobs[name]
	return PackedByteArray()


## Takes down a fault; only the first one counts.
func note(what: String) -> void:
	if fault.is_empty():
		fault = what


## Turns a reply that does not hold what it promises into a failed one. Returns whether it did.
func fail(reply: PlayloomReply, what: String) -> bool:
	if fault.is_empty():
		return false
	reply.ok = false
	reply.error_code = "reply_invalid"
	reply.error_message = "%s: %s; use a server of the addon's version" % [what, fault]
	return true


func _whole(found: Variant, key: String, low: int, high: int) -> int:
	var number := low - 1
	if found is int:
		number = found
	elif found is float and is_finite(found as float) and (found as float) == floorf(found as float):
		number = int(clampf(found as float, -1e15, 1e15))
	else:
		note("%s is no whole number" % key)
		return low
	if number < low or number > high:
		note("%s is %d, %d to %d are expected" % [key, number, low, high])
		return low
	return number
