@tool
class_name PlayloomConnection
extends RefCounted
## One connection to a server, from the socket to its end: proves both sides to each other, then
## passes messages on. It never comes back to life; a reconnect is a new one.

## Both sides have proven themselves.
signal entered
signal received(message: PlayloomWire.Message)
## The end, exactly once. [param code] is WebSocket's, or -1 where there was none.
signal lost(code: int, reason: String)

enum State { CONNECTING, GREETED, PROVEN, OPEN, ENDED }

## Seconds until both sides must have proven themselves.
const LOGIN_SECONDS := 5.0
## Frames that are none of the protocol, until the connection is given up.
const FAULTS_HIGH := 16
const CLIENT := "playloom-godot/0.1.0"
## Bytes of the largest frame that a server takes when it does not say.
const INBOUND_USUAL := 262_144

const _OUTBOUND := 1 << 20  # bytes that may wait to be sent
const _HELLO := "hello"
const _LOGIN := "login"

var state := State.CONNECTING
## Requests that the server lets us have open at a time.
var open_requests := 1
## Bytes of the largest frame that the server takes.
var inbound_bytes := INBOUND_USUAL

var _socket := WebSocketPeer.new()
var _token: String
var _session: String
var _nonce: String = Crypto.new().generate_random_bytes(16).hex_encode()
var _server_nonce: String = ""
var _born := Time.get_ticks_msec()
var _faults := 0


## Begins to connect to a port of this machine. [param session] is the same over reconnects.
func _init(port: int, token: String, session: String) -> void:
	_token = token
	_session = session
	_socket.inbound_buffer_size = 4 * PlayloomWire.FRAME_HIGH
	_socket.outbound_buffer_size = _OUTBOUND
	if _socket.connect_to_url("ws://127.0.0.1:%d/" % port) != OK:
		state = State.ENDED


## Does what there is to do; stops at [param until] (microseconds of [method Time.get_ticks_usec])
## after at least one frame.
func poll(until: int) -> void:
	if state == State.ENDED:
		return
	_socket.poll()
	if state == State.CONNECTING and _socket.get_ready_state() == WebSocketPeer.STATE_OPEN:
		_greet()
	while state != State.ENDED and _socket.get_available_packet_count() > 0:
		var frame := _socket.get_packet()
		_take(PlayloomWire.read(frame, _socket.was_string_packet()))
		if Time.get_ticks_usec() >= until:
			break
	if state == State.ENDED:
		return
	if _socket.get_ready_state() == WebSocketPeer.STATE_CLOSED:
		if _socket.get_available_packet_count() == 0:
			_end(_socket.get_close_code(), _socket.get_close_reason())
	elif state != State.OPEN and Time.get_ticks_msec() - _born > LOGIN_SECONDS * 1000.0:
		give_up("no login within %d seconds" % LOGIN_SECONDS)


## Sends a text frame, or a binary one with a payload. Returns false where too much waits to be sent
## already: try again later.
func send(text: String, payload: PackedByteArray = PackedByteArray()) -> bool:
	if state == State.ENDED or _socket.get_ready_state() != WebSocketPeer.STATE_OPEN:
		return false
	var bytes := text.length() * 4 + payload.size() + 64
	if _socket.get_current_outbound_buffered_amount() + bytes > _OUTBOUND:
		return false
	if payload.is_empty():
		return _socket.send_text(text) == OK
	return _socket.send(PlayloomWire.pack(text, payload)) == OK


## Ends the connection; the reason is told by [signal lost].
func give_up(reason: String) -> void:
	if state == State.ENDED:
		return
	_socket.close(1000)
	_socket.poll()
	_end(-1, reason)


## Counts a message that no honest server sends; too many end the connection.
func blame(why: String) -> void:
	_faults += 1
	if _faults >= FAULTS_HIGH:
		give_up("the server does not keep to the protocol: %s" % why)


## Returns what shows that a side knows the token: 64 hexadecimal digits.
static func proof(token: String, side: String, ours: String, theirs: String) -> String:
	var text := "playloom %s v1\n%s\n%s" % [side, ours, theirs]
	var digest := Crypto.new().hmac_digest(HashingContext.HASH_SHA256, token.to_utf8_buffer(), text.to_utf8_buffer())
	return digest.hex_encode()


func _greet() -> void:
	state = State.GREETED
	_socket.set_no_delay(true)
	var params := {"protocol": PlayloomWire.VERSION, "client": CLIENT, "session": _session, "nonce": _nonce}
	send(PlayloomWire.write(_HELLO, _HELLO, params))


func _take(message: PlayloomWire.Message) -> void:
	if state == State.OPEN:
		if message.fault != "":
			blame(message.fault)
		received.emit(message)
	elif message.error_code != "":
		give_up("%s: %s" % [message.error_code, message.error_message])
	elif message.fault != "" or message.method != "":
		give_up("no server of Playloom: %s" % message.fault)
	elif state == State.GREETED and message.id == _HELLO:
		_prove(message.content)
	elif state == State.PROVEN and message.id == _LOGIN:
		_enter(message.content)
	else:
		give_up("no server of Playloom: an answer to nothing")


func _prove(welcome: Dictionary) -> void:
	var theirs: Variant = welcome.get("nonce")
	var shown: Variant = welcome.get("proof")
	if not (theirs is String and shown is String and (theirs as String).length() <= 128):
		give_up("no server of Playloom: a welcome without proof")
		return
	_server_nonce = theirs
	var wanted := proof(_token, "server", _nonce, _server_nonce)
	if not Crypto.new().constant_time_compare(wanted.to_utf8_buffer(), (shown as String).to_utf8_buffer()):
		give_up("not our server: it does not know the token")
		return
	state = State.PROVEN
	var own := proof(_token, "client", _nonce, _server_nonce)
	send(PlayloomWire.write(_LOGIN, _LOGIN, {"proof": own}))


func _enter(limits: Dictionary) -> void:
	state = State.OPEN
	if limits.get("open_requests") is int:
		open_requests = clampi(limits["open_requests"] as int, 1, 1024)
	if limits.get("inbound_bytes") is int:
		inbound_bytes = clampi(limits["inbound_bytes"] as int, 4096, INBOUND_USUAL)
	entered.emit()


func _end(code: int, reason: String) -> void:
	state = State.ENDED
	lost.emit(code, reason)
