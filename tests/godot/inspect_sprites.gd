extends SceneTree
## Loads a SpriteFrames or a TileSet and prints what Godot sees in it, as one JSON line after "INSPECTED ".
##
## Arguments after "--": the resource.


func _init() -> void:
	var found: Resource = load(OS.get_cmdline_user_args()[0])
	var seen: Dictionary = {}
	if found is SpriteFrames:
		seen = _frames(found)
	elif found is TileSet:
		seen = _tiles(found)
	else:
		printerr("the resource does not load")
		quit(1)
		return
	print("INSPECTED ", JSON.stringify(seen))
	quit()


func _frames(frames: SpriteFrames) -> Dictionary:
	var clips: Dictionary = {}
	for clip: StringName in frames.get_animation_names():
		var pictures: Array[String] = []
		for place: int in frames.get_frame_count(clip):
			var picture: Image = frames.get_frame_texture(clip, place).get_image()
			picture.convert(Image.FORMAT_RGBA8)
			pictures.append(Marshalls.raw_to_base64(picture.get_data()))
		clips[str(clip)] = {
			"loop": frames.get_animation_loop(clip),
			"speed": frames.get_animation_speed(clip),
			"pictures": pictures,
		}
	return {"clips": clips, "evidence": JSON.parse_string(frames.get_meta("playloom_evidence_0", "null"))}


func _tiles(tiles: TileSet) -> Dictionary:
	var atlas: TileSetAtlasSource = tiles.get_source(0)
	var members: Dictionary = {}
	for number: int in atlas.get_tiles_count():
		var place: Vector2i = atlas.get_tile_id(number)
		var data: TileData = atlas.get_tile_data(place, 0)
		var points: Array[int] = []
		for bit: int in [12, 15, 0, 3, 4, 7, 8, 11]:  # top, top right and so on clockwise
			points.append(
				data.get_terrain_peering_bit(bit) if data.is_valid_terrain_peering_bit(bit) else -2
			)
		members["%d,%d" % [place.x, place.y]] = {"terrain": data.terrain, "points": points}
	return {
		"mode": tiles.get_terrain_set_mode(0),
		"names": _names(tiles),
		"side": [tiles.tile_size.x, tiles.tile_size.y],
		"texture": Marshalls.raw_to_base64(atlas.texture.get_image().get_data()),
		"tiles": members,
	}


func _names(tiles: TileSet) -> Array[String]:
	var names: Array[String] = []
	for terrain: int in tiles.get_terrains_count(0):
		names.append(tiles.get_terrain_name(0, terrain))
	return names
