@tool
class_name PlayloomPackChoice
extends RefCounted
## Which content of a shipped pack answers a request.
##
## What a request must have ([constant MUST]) is kept; its other fields are wishes, met as far as the pack
## can. Whole-number arithmetic alone: every machine chooses the same.

## Fields that content must have as asked, unless anything will do.
const MUST: Dictionary[String, Array] = {
	"level": ["theme"],
	"chunk": ["theme", "chunk"],
	"sprite": ["words", "size", "like"],
	"walk": ["side"],
	"quest": ["world"],
	"list": ["what", "package"],
}
## Wishes that come before all others.
const WISHES: Dictionary[String, Array] = {
	"level": ["size", "style", "files"],
	"chunk": ["style"],
	"sprite": ["palette", "category", "style"],
	"walk": ["frames"],
	"quest": ["rating", "strategy", "giver", "target", "tone"],
}

## Fields that do not say what is made, or are kept apart.
const BESIDE: Array[String] = ["priority", "deadline_ms", "stream", "seed", "x", "y"]

const _LOW := 0xFFFF_FFFF


## Returns those of [param offers] (entries or worlds of one method) that fit best; empty where none does.
## [param usual] holds what a field means that is not named.
static func fitting(method: String, offers: Array, asked: Dictionary, payload: String, usual: Dictionary) -> Array:
	var wanted := usual.merged(asked, true)
	var must: Array = MUST.get(method, [])
	var found := offers.filter(
		func(offer: Variant) -> bool:
			return offer.payload == payload and _has(usual.merged(offer.params as Dictionary, true), wanted, must)
	)
	if must.has("words"):
		found = _most_words(found, str(wanted.get("words", "")))
	for field: String in _wishes(method, wanted):
		var better := found.filter(
			func(offer: Variant) -> bool: return _same(offer.params.get(field, usual.get(field)), wanted[field])
		)
		if not better.is_empty():
			found = better
	return found


## Returns the offer of this seed, else one that the seed chooses.
static func choose(offers: Array, seed_number: int) -> Variant:
	for offer: Variant in offers:
		if offer.seed_number == seed_number:
			return offer
	return offers[place(seed_number, offers.size())]


## Returns a place below [param count], spread evenly over all seeds.
static func place(seed_number: int, count: int) -> int:
	var mixed := _mix(_mix(seed_number & _LOW) ^ ((seed_number >> 32) & _LOW))
	return (mixed * count) >> 32


## Returns where the chunk lies that stands for [param spot] in a world that repeats [param area] for ever,
## each time mirrored, so that what lies side by side always fits; and whether it is mirrored there:
## [code][place, x mirrored, y mirrored][/code].
static func mirrored(spot: Vector2i, area: Rect2i) -> Array:
	var x := _fold(spot.x - area.position.x, area.size.x)
	var y := _fold(spot.y - area.position.y, area.size.y)
	return [area.position + Vector2i(x[0], y[0]), x[1] == 1, y[1] == 1]


static func _fold(value: int, size: int) -> Array[int]:
	var within := posmod(value, 2 * size)
	if within < size:
		return [within, 0]
	return [2 * size - 1 - within, 1]


static func _has(params: Dictionary, wanted: Dictionary, must: Array) -> bool:
	for field: String in must:
		if field == "words":
			if not _within(str(params.get(field, "")), str(wanted.get(field, ""))):
				return false
		elif wanted.get(field) != null and not _same(params.get(field), wanted[field]):
			return false
	return true


## Whether content that was asked for with [param words] is also [param asked]: "slime" is a "green slime".
static func _within(words: String, asked: String) -> bool:
	var wanted := _split(asked)
	var found := _split(words)
	for word in found:
		if not wanted.has(word):
			return false
	return not found.is_empty() or wanted.is_empty()


static func _most_words(offers: Array, asked: String) -> Array:
	if asked == "":
		return offers
	var most := 0
	for offer: Variant in offers:
		most = maxi(most, _split(str(offer.params.get("words", ""))).size())
	return offers.filter(func(offer: Variant) -> bool: return _split(str(offer.params.get("words", ""))).size() == most)


static func _split(words: String) -> PackedStringArray:
	return words.to_lower().replace(",", " ").split(" ", false)


static func _wishes(method: String, wanted: Dictionary) -> Array[String]:
	var found: Array[String] = []
	found.assign(WISHES.get(method, []))
	var others := wanted.keys()
	others.sort()
	for field: String in others:
		if not found.has(field) and not BESIDE.has(field):
			found.append(field)
	return found.filter(func(field: String) -> bool: return wanted.has(field))


static func _same(one: Variant, other: Variant) -> bool:
	return typeof(one) == typeof(other) and one == other


## Mixes 32 bits; no step leaves 63 bits. (Mueller's integer hash.)
static func _mix(bits: int) -> int:
	bits = (((bits >> 16) ^ bits) * 0x45d9f3b) & _LOW
	bits = (((bits >> 16) ^ bits) * 0x45d9f3b) & _LOW
	return (bits >> 16) ^ bits
