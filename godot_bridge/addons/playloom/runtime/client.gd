@tool
class_name PlayloomClient
extends RefCounted
## The requests of one session and the connection that carries them.
##
## Every job that is submitted ends exactly once, whatever becomes of connections. Requests that have
## no answer when a connection is lost are sent again over the next one, under their ids.

## The connection is open: requests go out.
signal entered
## The connection was lost or could not be made.
signal lost(code: int, reason: String)

## Open requests of this game; more are refused.
const OPEN_HIGH := 1024
## Connections that may be lost with one request on its way, until that is taken for the cause.
const SENDS_HIGH := 20
## Times that a server may be too busy for one request.
const BUSY_HIGH := 20

const _BATCH_HIGH := 64
const _GRACE := 2000  # milliseconds after a deadline that the server has to say so itself
const _SILENCE := 20_000  # milliseconds until the server is asked whether it is there
const _PATIENCE := 10_000  # milliseconds that it has to answer
const _LATE_HIGH := 256
const _PARTS_HIGH := 64 << 20  # bytes of all unfinished answers

## Requests that a server has answered.
var answered := 0

var _session: String = Crypto.new().generate_random_bytes(16).hex_encode()
var _connection: PlayloomConnection = null
var _count := 0
var _open: Dictionary[String, PlayloomRequest] = {}
var _waiting: Array[PlayloomRequest] = []  # to be sent, what goes first last
var _late: Dictionary[String, bool] = {}  # ended here, not by the server; whether it still counts there
var _parts := 0  # bytes of unfinished answers
var _heard := 0  # milliseconds
var _asked := 0  # when a ping was sent that has no answer; 0: none
var _looked := 0  # when deadlines were looked at last


## Takes a request. It waits until there is a connection; what no server would take ends at once.
func submit(method: String, params: Dictionary, payload: PackedByteArray) -> PlayloomJob:
	_count += 1
	var one := PlayloomRequest.new()
	one.job.id = "g%d" % _count
	one.job.on_cancel(_cancel)
	one.order = _count
	one.method = method
	one.payload = payload
	var fault := one.read(params)
	if fault != "":
		one.job.end.call_deferred(PlayloomReply.failed("params_invalid", fault))
	elif _open.size() >= OPEN_HIGH:
		var many := "%d requests are open; wait for some to end" % OPEN_HIGH
		one.job.end.call_deferred(PlayloomReply.failed("overloaded", many))
	else:
		_open[one.job.id] = one
		_queue(one)
	return one.job


## How many requests have no answer.
func open_count() -> int:
	return _open.size()


## Whether requests go out.
func is_open() -> bool:
	return _connection != null and _connection.state == PlayloomConnection.State.OPEN


## Connects to a server on this machine; an earlier connection is dropped.
func connect_to(port: int, token: String) -> void:
	drop()
	_heard = Time.get_ticks_msec()
	_asked = 0
	_connection = PlayloomConnection.new(port, token, _session)
	_connection.entered.connect(entered.emit)
	_connection.received.connect(_take)
	_connection.lost.connect(_lose)
	if _connection.state == PlayloomConnection.State.ENDED:
		_lose(-1, "port %d cannot be connected to" % port)


## Ends the connection without a word.
func drop() -> void:
	if _connection != null:
		var before := _connection
		_connection = null
		before.lost.disconnect(_lose)
		before.give_up("dropped")
		_requeue()


## Does what there is to do within about [param budget_usec] microseconds. Called every frame.
func poll(budget_usec: int) -> void:
	var until := Time.get_ticks_usec() + budget_usec
	_expire()
	if _connection == null:
		return
	_connection.poll(until)
	if is_open():
		_send_waiting()
		_listen()


## Ends every open request.
func end_all(code: String, message: String) -> void:
	for one: PlayloomRequest in _open.values():
		_finish(one, PlayloomReply.failed(code, message))


## Hands the request that goes first to somebody else, who must end its job; null where none waits.
func hand_over() -> PlayloomRequest:
	if _waiting.is_empty():
		return null
	var one := _waiting[-1]
	_forget(one)
	return one


func _queue(one: PlayloomRequest) -> void:
	var goes_after := func(a: PlayloomRequest, b: PlayloomRequest) -> bool: return a.goes_after(b)
	_waiting.insert(_waiting.bsearch_custom(one, goes_after), one)


func _send_waiting() -> void:
	var room := _connection.open_requests - (_open.size() - _waiting.size())
	room -= _late.values().count(true)
	var batch: Array[PlayloomRequest] = []
	var now := Time.get_ticks_msec()
	for place in range(_waiting.size() - 1, -1, -1):
		if batch.size() >= mini(room, _BATCH_HIGH):
			break
		if _waiting[place].not_before <= now:
			batch.append(_waiting[place])
	var texts := PackedStringArray()
	var bytes := 0
	for one in batch:
		if not one.payload.is_empty():
			if _connection.send(one.text(), one.payload):
				_note_sent(one)
			continue
		var text := one.text()
		bytes += text.to_utf8_buffer().size() + 1
		if bytes > _connection.inbound_bytes - 64 and not texts.is_empty():
			break
		texts.append(text)
	_send_texts(batch, texts)


func _send_texts(batch: Array[PlayloomRequest], texts: PackedStringArray) -> void:
	if texts.is_empty():
		return
	var frame := texts[0] if texts.size() == 1 else "[%s]" % ",".join(texts)
	if not _connection.send(frame):
		return
	var sent := 0
	for one in batch:
		if one.payload.is_empty() and sent < texts.size():
			_note_sent(one)
			sent += 1


func _note_sent(one: PlayloomRequest) -> void:
	_waiting.erase(one)
	one.sent = true
	one.sends += 1


func _take(message: PlayloomWire.Message) -> void:
	_heard = Time.get_ticks_msec()
	_asked = 0
	var one: PlayloomRequest = _open.get(message.id)
	if one != null and one.sent:
		_take_for(one, message)
	elif message.method == "closing" or message.fault != "":
		pass
	elif message.id == "":
		_take_unreadable(message)
	elif not _late.has(message.id):
		_connection.blame("it answers %s, which nobody asked" % message.id)
	elif message.method == "":
		_late.erase(message.id)


func _take_for(one: PlayloomRequest, message: PlayloomWire.Message) -> void:
	var fault := message.fault
	if fault == "" and message.method == "":
		_take_answer(one, message)
	elif fault == "" and message.method == "progress":
		one.tell_progress(message.content)
	elif fault == "" and message.method == "part":
		_parts += message.payload.size()
		if _parts > _PARTS_HIGH or not one.take_part(message):
			_parts -= message.payload.size()
			fault = "a part that does not fit"
	elif fault == "":
		fault = "a notification that nobody knows"
	if fault != "":
		_connection.blame(fault)
		_finish(one, PlayloomReply.failed("answer_damaged", "the server sent %s" % fault))


func _take_answer(one: PlayloomRequest, message: PlayloomWire.Message) -> void:
	var code := message.error_code
	if code == "overloaded" or code == "shutting_down":
		one.busy += 1
		if one.busy <= BUSY_HIGH:
			one.not_before = Time.get_ticks_msec() + maxi(message.retry_ms, 200)
			_unsend(one)
			return
	answered += 1
	one.sent = false  # it has its answer: none can come late
	_parts -= one.parts.size()
	_finish(one, one.reply_of(message))


# The server could not read a frame and cannot say whose it was: nobody knows which requests it took.
func _take_unreadable(message: PlayloomWire.Message) -> void:
	_connection.blame(message.error_message)
	for one: PlayloomRequest in _open.values():
		if one.sent:
			_finish(one, PlayloomReply.failed(message.error_code, message.error_message))


func _cancel(job: PlayloomJob) -> void:
	var one: PlayloomRequest = _open.get(job.id)
	if one == null:
		return
	if one.sent and is_open():
		_ask("cancel", {"target": job.id})
	_finish(one, PlayloomReply.failed("cancelled", "the request was given up"))


func _ask(method: String, params: Dictionary) -> void:
	_count += 1
	var id := "g%d" % _count
	if _connection.send(PlayloomWire.write(id, method, params)):
		_late[id] = false


func _finish(one: PlayloomRequest, reply: PlayloomReply) -> void:
	if not _open.has(one.job.id):
		return
	if one.sent:
		_late[one.job.id] = true
		if _late.size() > _LATE_HIGH:
			_late.erase(_late.keys()[0])
	_forget(one)
	one.job.end(reply)


func _forget(one: PlayloomRequest) -> void:
	_open.erase(one.job.id)
	_waiting.erase(one)
	_parts -= one.parts.size()
	one.parts = PackedByteArray()


func _unsend(one: PlayloomRequest) -> void:
	_parts -= one.parts.size()
	one.parts = PackedByteArray()
	one.sent = false
	_queue(one)


func _requeue() -> void:
	for id in _late:
		_late[id] = false
	for one: PlayloomRequest in _open.values():
		if not one.sent:
			continue
		_unsend(one)
		if one.sends >= SENDS_HIGH:
			var why := "the server was lost %d times while it had this request" % one.sends
			_finish(one, PlayloomReply.failed("unreachable", why))


func _lose(code: int, reason: String) -> void:
	_connection = null
	_requeue()
	lost.emit(code, reason)


func _expire() -> void:
	var now := Time.get_ticks_msec()
	if now - _looked < 50:
		return
	_looked = now
	for one: PlayloomRequest in _open.values():
		if now >= one.deadline + (_GRACE if one.sent else 0):
			_finish(one, PlayloomReply.failed("deadline_exceeded", "no answer in time"))


func _listen() -> void:
	var now := Time.get_ticks_msec()
	if _asked > 0 and now - _asked > _PATIENCE:
		_connection.give_up("the server says nothing")
	elif _asked == 0 and now - _heard > _SILENCE:
		_ask("ping", {})
		_asked = now
