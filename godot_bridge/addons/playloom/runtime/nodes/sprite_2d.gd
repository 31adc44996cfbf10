@tool
@icon("sprite_2d.svg")
class_name PlayloomSprite2D
extends Sprite2D
## A [Sprite2D] that draws itself: say what it shows, and in which palette.
##
## Until the picture is there it keeps the texture it has, such as a placeholder that was set in the
## editor.

## The picture is made and shown.
signal generated(sprite: PlayloomSprite)
## Nothing could be made; says what to do.
signal failed(message: String)
## How far the current attempt is, 0 to 1.
signal progressed(fraction: float)

@export_group("Request")
## What it shows, such as [code]red potion[/code].
@export var words: String = ""
## A known palette such as [code]pico-8[/code]; empty: Sweetie 16.
@export_placeholder("sweetie-16, pico-8, ...") var palette: String = ""
## The side in pixels.
@export_enum("16:16", "24:24", "32:32", "48:48") var side: int = 32
## The same seed gives the same picture.
@export_range(0, 1000000, 1, "or_greater") var seed_number: int = 0
## Further fields of the request, such as [code]{"outline": "outside", "engine": "fast"}[/code]; see
## PROTOCOL.md.
@export var more: Dictionary = {}
## Whether it draws itself as soon as it is in the scene.
@export var generate_on_ready: bool = true

## What was made last; null while there is nothing.
var sprite: PlayloomSprite = null
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


## Makes the picture and shows it. Returns it, or null if it failed or [method cancel] came first.
func generate() -> PlayloomSprite:
	cancel()
	var request := {"words": words, "palette": palette, "size": side, "seed": seed_number}
	request.merge(more, true)
	var job := PlayloomService.submit(self, service, "sprite", PlayloomService.wishes(request))
	_job = job
	job.progressed.connect(func(fraction: float) -> void: progressed.emit(fraction))
	var reply := await job.completed()
	if _job != job:
		return null
	_job = null
	var made := PlayloomSprite.from_reply(reply)
	if made == null:
		failed.emit(reply.error_message)
		return null
	sprite = made
	texture = made.texture
	generated.emit(made)
	return made


## Gives up what is being made.
func cancel() -> void:
	if _job != null:
		var job := _job
		_job = null
		job.cancel()
