@tool
class_name PlayloomRequest
extends RefCounted
## A request without its answer: what was asked, and as much of the answer as has come.

const DEADLINE_HIGH := 600_000  # milliseconds
const PRIORITY_USUAL := 5

var job := PlayloomJob.new()
var method: String
## As JSON has them.
var params: Dictionary
var payload: PackedByteArray
## Counts up; of equals the lower goes first.
var order: int
var priority: int = PRIORITY_USUAL
## When it ends without an answer, milliseconds of [method Time.get_ticks_msec].
var deadline: int = 0
## Whether it is on its way over the connection of now.
var sent: bool = false
## How often it was sent.
var sends: int = 0
## How often a server was too busy for it.
var busy: int = 0
## Not sent before, milliseconds of the clock.
var not_before: int = 0
## The payload of the answer as far as its parts have come.
var parts: PackedByteArray = PackedByteArray()


## Reads what a game asks for. Returns what is wrong with it; empty where nothing is.
func read(asked: Dictionary) -> String:
	var faults: Array[String] = []
	params = PlayloomWire.plain(asked, faults)
	var rank: Variant = params.get("priority", PRIORITY_USUAL)
	var limit: Variant = params.get("deadline_ms", DEADLINE_HIGH)
	if not (rank is int and rank >= 0 and rank <= 9):
		faults.append("priority is %s; choose 0 to 9" % rank)
	elif not (limit is int and limit >= 1 and limit <= DEADLINE_HIGH):
		faults.append("deadline_ms is %s; choose 1 to %d" % [limit, DEADLINE_HIGH])
	if faults.is_empty():
		priority = rank
		deadline = Time.get_ticks_msec() + (limit as int)
		var bytes := text().to_utf8_buffer().size() + payload.size() + 4
		if bytes > PlayloomConnection.INBOUND_USUAL:
			var most := PlayloomConnection.INBOUND_USUAL
			faults.append("a request of %d bytes; the server takes %d" % [bytes, most])
	return "" if faults.is_empty() else "%s: %s" % [method, faults[0]]


## Returns its message, with what is left of its deadline.
func text() -> String:
	if params.has("deadline_ms"):
		params["deadline_ms"] = maxi(1, deadline - Time.get_ticks_msec())
	return PlayloomWire.write(job.id, method, params)


## Whether it goes after another one.
func goes_after(other: PlayloomRequest) -> bool:
	return priority < other.priority if priority != other.priority else order > other.order


## Takes a piece of the answer's payload; false where it does not fit to those before.
func take_part(message: PlayloomWire.Message) -> bool:
	var total: Variant = message.content.get("total")
	if not is_same(message.content.get("offset"), parts.size()) or not total is int:
		return false
	if total > PlayloomReply.BYTES_HIGH or parts.size() + message.payload.size() > total:
		return false
	parts.append_array(message.payload)
	return true


## Tells the job how far it is.
func tell_progress(content: Dictionary) -> void:
	var fraction: Variant = content.get("fraction")
	var line: Variant = content.get("line")
	if fraction is float or fraction is int:
		job.progressed.emit(clampf(fraction as float, 0.0, 1.0))
	elif line is Dictionary:
		var told: Dictionary = line
		var act: Variant = told.get("act")
		var words: Variant = told.get("text")
		if act is String and words is String:
			job.line_told.emit(act, words, is_same(told.get("done"), true))


## Returns the answer that a message and the parts before it make; they are used up.
func reply_of(message: PlayloomWire.Message) -> PlayloomReply:
	if message.error_code != "":
		return PlayloomReply.failed(message.error_code, message.error_message)
	var whole := parts
	parts = PackedByteArray()
	whole.append_array(message.payload)
	if params.has("seed") and message.content.has("seed"):
		message.content["seed"] = params["seed"]  # JSON's numbers blur those above 2^53
	return PlayloomReply.of_result(message.content, whole)
