@tool
@icon("walk_2d.svg")
class_name PlayloomWalk2D
extends AnimatedSprite2D
## An [AnimatedSprite2D] that draws a figure and makes it walk in four directions.
##
## [codeblock]
## func _physics_process(_delta: float) -> void:
##     velocity = Input.get_vector("ui_left", "ui_right", "ui_up", "ui_down") * 60.0
##     move_and_slide()
##     $PlayloomWalk2D.face(velocity)
## [/codeblock]
## The clips are [code]walk_down[/code], [code]walk_left[/code], [code]walk_right[/code] and
## [code]walk_up[/code].

## The figure is drawn and can walk.
signal generated(walk: PlayloomWalk)
## Nothing could be made; says what to do.
signal failed(message: String)

@export_group("Request")
## Who it is, such as [code]wizard[/code].
@export var words: String = ""
## A known palette such as [code]pico-8[/code]; empty: Sweetie 16.
@export_placeholder("sweetie-16, pico-8, ...") var palette: String = ""
## The side in pixels.
@export_enum("16:16", "32:32") var side: int = 32
## The same seed gives the same figure.
@export_range(0, 1000000, 1, "or_greater") var seed_number: int = 0
## Further fields of the sprite's request; see PROTOCOL.md.
@export var more: Dictionary = {}
## A figure of yours, seen from the front, instead of one that is made from [member words]; 16x16 or
## 32x32 pixels.
@export var figure: Texture2D = null
## Whether it draws itself as soon as it is in the scene.
@export var generate_on_ready: bool = true

## What was made last; null while there is nothing.
var walk: PlayloomWalk = null
## Asked for content instead of the autoload.
var service: Node = null

var _job: PlayloomJob = null


func _init() -> void:
	texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST


func _ready() -> void:
	if generate_on_ready and not Engine.is_editor_hint():
		generate()


func _exit_tree() -> void:
	cancel()


## Makes figure and walk and shows them. Returns the walk, or null if it failed or [method cancel]
## came first.
func generate() -> PlayloomWalk:
	cancel()
	var image := figure.get_image() if figure != null else await _draw_figure()
	if image == null:
		return null
	if image.is_compressed():
		image.decompress()
	image.convert(Image.FORMAT_RGBA8)
	var request := {"side": image.get_width()}
	var reply := await _ask("walk", request, image.get_data())
	if reply == null:
		return null
	var made := PlayloomWalk.from_reply(reply)
	if made == null:
		failed.emit(reply.error_message)
		return null
	walk = made
	sprite_frames = made.sprite_frames()
	face(Vector2.ZERO)
	generated.emit(made)
	return made


## Walks in a direction, or stands still at (0, 0), looking where it went last.
func face(direction: Vector2) -> void:
	if walk == null:
		return
	var clip := animation
	if direction != Vector2.ZERO:
		var across := absf(direction.x) > absf(direction.y)
		clip = &"walk_right" if direction.x > 0.0 else &"walk_left"
		if not across:
			clip = &"walk_down" if direction.y > 0.0 else &"walk_up"
	elif not sprite_frames.has_animation(clip):
		clip = &"walk_down"
	if not sprite_frames.has_animation(clip):
		return
	if direction == Vector2.ZERO:
		animation = clip
		stop()
	elif animation != clip or not is_playing():
		play(clip)


## Gives up what is being made.
func cancel() -> void:
	if _job != null:
		var job := _job
		_job = null
		job.cancel()


func _draw_figure() -> Image:
	var request := {"words": words, "palette": palette, "size": side, "seed": seed_number}
	request.merge(more, true)
	var reply := await _ask("sprite", PlayloomService.wishes(request), PackedByteArray())
	if reply == null:
		return null
	var made := PlayloomSprite.from_reply(reply)
	if made == null:
		failed.emit(reply.error_message)
		return null
	return made.image


## Returns the reply, or null where the request was given up meanwhile.
func _ask(method: String, request: Dictionary, payload: PackedByteArray) -> PlayloomReply:
	var job := PlayloomService.submit(self, service, method, request, payload)
	_job = job
	var reply := await job.completed()
	if _job != job:
		return null
	_job = null
	return reply
