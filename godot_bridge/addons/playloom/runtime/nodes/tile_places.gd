@tool
class_name PlayloomTilePlaces
extends RefCounted
## Where the tiles of a level lie in a [TileSet], by their names.
##
## A tile set says it in its custom data layer [constant LAYER], a String: the name of a tile, such
## as [code]floor[/code]. Several tiles of one name are variants, taken by their probability. A name
## may be followed by [code]/top[/code]: the picture of a wall whose neighbour below is one too, so
## that one looks at its top; or by [code]/surface[/code]: of ground seen from the side with nothing
## of its sort above.
##
## Which tiles stand on a ground rather than being it (a key, an enemy) is told by a further layer
## [constant ROLE_LAYER], a String, where there is one, else by the names of the shipped themes.

## The custom data layer with the names.
const LAYER := "playloom"
## The custom data layer with the roles; may be absent.
const ROLE_LAYER := "role"

const _OBJECT_ROLES: PackedStringArray = [
	"lock", "key", "start", "exit", "pickup", "chest", "enemy", "boss", "person", "crate", "goal", "stored"
]
const _OBJECT_NAMES: PackedStringArray = [
	"locked_door",
	"key",
	"start",
	"exit",
	"pickup",
	"chest",
	"enemy",
	"strong_enemy",
	"boss",
	"person",
	"goal",
	"stored_crate",
	"start_on_goal"
]
const _FLOOR_NAMES: PackedStringArray = ["floor", "path", "bridge", "ladder"]

## What is wrong with the tile set, for people; empty if nothing is.
var fault: String = ""

var _places: Dictionary[String, Array] = {}  # of Place
var _roles: Dictionary[String, String] = {}


## One tile: its source, where it lies in it, and how often it is taken among others of its name.
class Place:
	extends RefCounted
	var source: int = -1
	var atlas: Vector2i = Vector2i.ZERO
	var alternative: int = 0
	var weight: float = 1.0


## Reads a tile set.
static func of(tile_set: TileSet) -> PlayloomTilePlaces:
	var places := PlayloomTilePlaces.new()
	var layer := _layer(tile_set, LAYER)
	if layer < 0:
		places.fault = (
			'the TileSet has no custom data layer "%s"; add one, a String, and give tiles their names in it' % LAYER
		)
		return places
	var role_layer := _layer(tile_set, ROLE_LAYER)
	for number in tile_set.get_source_count():
		var source := tile_set.get_source_id(number)
		var atlas := tile_set.get_source(source) as TileSetAtlasSource
		for tile in atlas.get_tiles_count() if atlas != null else 0:
			var at := atlas.get_tile_id(tile)
			for other in atlas.get_alternative_tiles_count(at):
				var place := Place.new()
				place.source = source
				place.atlas = at
				place.alternative = atlas.get_alternative_tile_id(at, other)
				places._add(place, atlas.get_tile_data(at, place.alternative), layer, role_layer)
	return places


## The places of a name, or none.
func named(name: String) -> Array:
	return _places.get(name, [])


## Those of the names that have no place; void may be without, it stays empty then.
func lacking(names: PackedStringArray) -> PackedStringArray:
	var missing := PackedStringArray()
	for name in names:
		if not _places.has(name) and name != "void":
			missing.append(name)
	return missing


## Whether a tile stands on the ground.
func is_object(name: String) -> bool:
	if _roles.has(name):
		return _roles[name] in _OBJECT_ROLES
	return name in _OBJECT_NAMES


## Whether a tile may lie under an object.
func is_floor(name: String) -> bool:
	if _roles.has(name):
		return _roles[name] == "floor"
	return name in _FLOOR_NAMES


func _add(place: Place, data: TileData, layer: int, role_layer: int) -> void:
	var name := str(data.get_custom_data_by_layer_id(layer))
	if name.is_empty():
		return
	place.weight = maxf(data.probability, 0.0)
	if not _places.has(name):
		_places[name] = []
	_places[name].append(place)
	if role_layer >= 0:
		_roles[name] = str(data.get_custom_data_by_layer_id(role_layer))


static func _layer(tile_set: TileSet, name: String) -> int:
	for layer in tile_set.get_custom_data_layers_count():
		if tile_set.get_custom_data_layer_name(layer) == name:
			return layer
	return -1
