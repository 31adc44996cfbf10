class_name DemoControls
extends RefCounted
## The demo's actions, for keyboard and pad; made here so that the project's input map stays empty.

const LEFT := &"demo_left"
const RIGHT := &"demo_right"
const UP := &"demo_up"
const DOWN := &"demo_down"
const STRIKE := &"demo_strike"
const TALK := &"demo_talk"
const PAUSE := &"demo_pause"

const _KEYS: Dictionary[StringName, Array] = {
	LEFT: [KEY_A, KEY_LEFT],
	RIGHT: [KEY_D, KEY_RIGHT],
	UP: [KEY_W, KEY_UP],
	DOWN: [KEY_S, KEY_DOWN],
	STRIKE: [KEY_SPACE, KEY_J, KEY_X],
	TALK: [KEY_E, KEY_ENTER],
	PAUSE: [KEY_ESCAPE, KEY_P],
}
const _BUTTONS: Dictionary[StringName, Array] = {
	LEFT: [JOY_BUTTON_DPAD_LEFT],
	RIGHT: [JOY_BUTTON_DPAD_RIGHT],
	UP: [JOY_BUTTON_DPAD_UP],
	DOWN: [JOY_BUTTON_DPAD_DOWN],
	STRIKE: [JOY_BUTTON_X, JOY_BUTTON_B],
	TALK: [JOY_BUTTON_A],
	PAUSE: [JOY_BUTTON_START],
}
const _STICK: Dictionary[StringName, Array] = {
	LEFT: [JOY_AXIS_LEFT_X, -1.0],
	RIGHT: [JOY_AXIS_LEFT_X, 1.0],
	UP: [JOY_AXIS_LEFT_Y, -1.0],
	DOWN: [JOY_AXIS_LEFT_Y, 1.0],
}


## Adds the actions to the input map, once; menus obey the lower button of a pad as well.
static func register() -> void:
	if InputMap.has_action(LEFT):
		return
	for action in _KEYS:
		InputMap.add_action(action, 0.3)
		for key: Key in _KEYS[action]:
			var press := InputEventKey.new()
			press.physical_keycode = key
			InputMap.action_add_event(action, press)
		for button: JoyButton in _BUTTONS[action]:
			InputMap.action_add_event(action, _button(button))
		if _STICK.has(action):
			var tilt := InputEventJoypadMotion.new()
			tilt.axis = _STICK[action][0]
			tilt.axis_value = _STICK[action][1]
			InputMap.action_add_event(action, tilt)
	InputMap.action_add_event(&"ui_accept", _button(JOY_BUTTON_A))


## Where the player wants to go; at most one long.
static func direction() -> Vector2:
	return Input.get_vector(LEFT, RIGHT, UP, DOWN)


static func _button(button: JoyButton) -> InputEventJoypadButton:
	var press := InputEventJoypadButton.new()
	press.button_index = button
	return press
