@tool
class_name PlayloomWalk
extends RefCounted
## A walk cycle as the bridge made it.

const _SIDE_HIGH := 256
const _FRAMES_HIGH := 64
const _CLIPS_HIGH := 16

## Width and height of a frame in pixels.
var size: Vector2i = Vector2i.ZERO
## Milliseconds that a frame is shown.
var milliseconds: int = 0
## All frames, in their order.
var images: Array[Image] = []
## Each clip's first and last frame by its name: walk_down, walk_left, walk_right, walk_up.
var clips: Dictionary[String, Vector2i] = {}


## Reads a reply. Returns null where it is an error or lies about itself; [member
## PlayloomReply.error_message] says what is wrong then.
static func from_reply(reply: PlayloomReply) -> PlayloomWalk:
	if not reply.ok:
		return null
	var fields := PlayloomFields.new()
	var walk := PlayloomWalk.new()
	walk.size = fields.pair(reply.result, "size", 1, _SIDE_HIGH)
	walk.milliseconds = fields.whole(reply.result, "milliseconds", 1, 10000)
	var frames := 0
	for clip in fields.objects(reply.result, "clips", _CLIPS_HIGH):
		var first := fields.whole(clip, "first", 0, _FRAMES_HIGH - 1)
		var last := fields.whole(clip, "last", first, _FRAMES_HIGH - 1)
		walk.clips[fields.text(clip, "name", 64)] = Vector2i(first, last)
		frames = maxi(frames, last + 1)
	var shape := PackedInt64Array([frames, walk.size.y, walk.size.x, 4])
	var pixels := fields.array(reply, "rgba", shape, 1)
	if frames == 0:
		fields.note("there are no clips")
	if fields.fail(reply, "walk"):
		return null
	var step := walk.size.x * walk.size.y * 4
	for frame in frames:
		var data := pixels.slice(frame * step, (frame + 1) * step)
		walk.images.append(Image.create_from_data(walk.size.x, walk.size.y, false, Image.FORMAT_RGBA8, data))
	return walk


## All clips as an [AnimatedSprite2D] takes them, each in a loop.
func sprite_frames() -> SpriteFrames:
	var frames := SpriteFrames.new()
	var textures: Array[ImageTexture] = []
	for image in images:
		textures.append(ImageTexture.create_from_image(image))
	for clip in clips:
		frames.add_animation(clip)
		frames.set_animation_loop(clip, true)
		frames.set_animation_speed(clip, 1000.0 / milliseconds)
		for frame in range(clips[clip].x, clips[clip].y + 1):
			frames.add_frame(clip, textures[frame])
	frames.remove_animation(&"default")
	return frames
