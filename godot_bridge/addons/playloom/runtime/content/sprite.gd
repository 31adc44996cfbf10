@tool
class_name PlayloomSprite
extends RefCounted
## A sprite as the bridge made it.

const _SIDE_HIGH := 256

## The picture, RGBA.
var image: Image = null
## The same as a texture.
var texture: ImageTexture = null
## Words that the model did not know, and what else is to be said.
var notes: PackedStringArray = PackedStringArray()
## What was checked and how it was made.
var evidence: Dictionary = {}


## Reads a reply. Returns null where it is an error or lies about itself; [member
## PlayloomReply.error_message] says what is wrong then.
static func from_reply(reply: PlayloomReply) -> PlayloomSprite:
	if not reply.ok:
		return null
	var fields := PlayloomFields.new()
	var sprite := PlayloomSprite.new()
	var size := fields.pair(reply.result, "size", 1, _SIDE_HIGH)
	sprite.notes = fields.texts(reply.result, "notes", 64, 512, true)
	sprite.evidence = fields.json(reply, "evidence")
	var pixels := fields.array(reply, "rgba", PackedInt64Array([size.y, size.x, 4]), 1)
	if fields.fail(reply, "sprite"):
		return null
	sprite.image = Image.create_from_data(size.x, size.y, false, Image.FORMAT_RGBA8, pixels)
	sprite.texture = ImageTexture.create_from_image(sprite.image)
	return sprite
