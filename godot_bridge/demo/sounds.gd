class_name DemoSounds
extends Node
## The game's sounds, computed when it starts: a tone that slides, with more or less noise.

const _RATE := 22050
## First and last tone in hertz, seconds, share of noise, loudness.
const _SOUNDS: Dictionary[String, Array] = {
	"swing": [500.0, 180.0, 0.09, 0.9, 0.12],
	"hit": [260.0, 90.0, 0.10, 0.45, 0.35],
	"burst": [170.0, 520.0, 0.18, 0.3, 0.3],
	"hurt": [210.0, 60.0, 0.25, 0.35, 0.4],
	"coin": [1050.0, 1600.0, 0.09, 0.0, 0.16],
	"heal": [420.0, 840.0, 0.25, 0.0, 0.22],
	"key": [520.0, 1560.0, 0.45, 0.0, 0.25],
	"word": [330.0, 300.0, 0.035, 0.1, 0.14],
}

var on: bool = true

var _players: Dictionary[String, AudioStreamPlayer] = {}


func _ready() -> void:
	for name: String in _SOUNDS:
		var player := AudioStreamPlayer.new()
		player.stream = _compute(_SOUNDS[name])
		player.max_polyphony = 3
		add_child(player)
		_players[name] = player


## Plays a sound, a little higher or lower each time.
func play(name: String) -> void:
	if on:
		_players[name].pitch_scale = randf_range(0.94, 1.07)
		_players[name].play()


static func _compute(sound: Array) -> AudioStreamWAV:
	var seconds: float = sound[2]
	var count := int(seconds * _RATE)
	var bytes := PackedByteArray()
	bytes.resize(count)
	var phase := 0.0
	for at in count:
		var done := float(at) / count
		phase += lerpf(sound[0] as float, sound[1] as float, done) / _RATE
		var tone := 1.0 if fmod(phase, 1.0) < 0.5 else -1.0
		var value := lerpf(tone, randf_range(-1.0, 1.0), sound[3] as float) * (sound[4] as float)
		bytes[at] = int(value * (1.0 - done) * 127.0) & 0xFF
	var stream := AudioStreamWAV.new()
	stream.format = AudioStreamWAV.FORMAT_8_BITS
	stream.mix_rate = _RATE
	stream.data = bytes
	return stream
