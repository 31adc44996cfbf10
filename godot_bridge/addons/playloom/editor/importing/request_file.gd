@tool
extends RefCounted
## Reads a request from a file of the project and has it answered, waiting for it.
##
## An import cannot await: the service is turned by hand until the answer is there.

const Service := preload("../../runtime/playloom.gd")

const BYTES_HIGH := 64 << 10

## Files that no server was there for; the plugin has them imported once there is one.
static var unserved: Dictionary[String, bool] = {}

## The fields of the request.
var fields: Dictionary = {}
## What is wrong, with the file, and what to do; empty while nothing is.
var fault: String = ""

var _path: String
var _service: Service


## Reads a file.
func _init(path: String, service: Service) -> void:
	_path = path
	_service = service
	var file := FileAccess.open(path, FileAccess.READ)
	if file == null:
		_note("cannot be read: %s" % error_string(FileAccess.get_open_error()))
		return
	if file.get_length() > BYTES_HIGH:
		_note("has %d bytes; a request has at most %d" % [file.get_length(), BYTES_HIGH])
		return
	var json := JSON.new()
	var text := file.get_buffer(file.get_length()).get_string_from_utf8()
	if json.parse(text) != OK:
		_note("line %d: no JSON: %s" % [json.get_error_line() + 1, json.get_error_message()])
		return
	var left: Array[int] = [PlayloomWire.VALUES_HIGH]
	var found: Variant = PlayloomWire.settle(json.data, left)
	if left[0] <= 0 or not found is Dictionary:
		_note('no request; write an object of its fields, such as {"seed": 7}')
		return
	fields = found


## Takes a field out of the request that is not the server's.
func take(name: String, usual: Variant) -> Variant:
	var found: Variant = fields.get(name, usual)
	fields.erase(name)
	if typeof(found) != typeof(usual):
		_note("%s is %s; write a %s" % [name, found, type_string(typeof(usual))])
		return usual
	return found


## Takes a field that names a file of the project, also one beside this; empty where there is none.
func take_path(name: String) -> String:
	var path: String = take(name, "")
	if path != "" and path.is_relative_path():
		path = _path.get_base_dir().path_join(path)
	if path != "" and not FileAccess.file_exists(path):
		_note("%s is %s, which is not there" % [name, path])
		return ""
	return path


## Has something answered. Returns null where there is a [member fault].
func ask(method: String, params: Dictionary, payload: PackedByteArray = PackedByteArray()) -> PlayloomReply:
	if fault != "":
		return null
	_note(PlayloomRequest.new().read(params))
	if fault != "":
		return null
	_service.start.call()
	var job := _service.submit(method, params, payload)
	while job.reply == null and _service.state != Service.State.PACK:
		_service.poll()
		OS.delay_msec(4)
	if _service.state == Service.State.PACK:
		job.cancel()
		unserved[_path] = true
		_note("no server of Playloom runs, and the shipped pack is not asked here: %s" % _service.why_pack)
		return null
	if not job.reply.ok:
		_note("%s: %s" % [job.reply.error_code, job.reply.error_message])
		return null
	return job.reply


## Takes down what is wrong; only the first thing counts.
func note_reply(reply: PlayloomReply) -> void:
	_note("%s: %s" % [reply.error_code, reply.error_message])


func _note(what: String) -> void:
	if fault == "" and what != "":
		fault = "%s: %s" % [_path, what]
