@tool
extends HBoxContainer
## The seed of a request, a die for another one, and what was made before.

## An earlier result is wanted again; counted from 0, the newest.
signal recalled(number: int)

const HIGH := 999_999_999
const KEPT := 30

var _seed := SpinBox.new()
var _die := Button.new()
var _history := MenuButton.new()


func _init() -> void:
	var label := Label.new()
	label.text = "Seed"
	label.tooltip_text = "The same seed and the same fields give the same content, on every machine."
	label.mouse_filter = Control.MOUSE_FILTER_STOP
	add_child(label)
	_seed.max_value = HIGH
	_seed.allow_greater = true
	_seed.rounded = true
	_seed.size_flags_horizontal = SIZE_EXPAND_FILL
	_seed.tooltip_text = label.tooltip_text
	add_child(_seed)
	_die.tooltip_text = "Another seed"
	_die.pressed.connect(func() -> void: roll())
	add_child(_die)
	_history.text = "History"
	_history.flat = false
	_history.tooltip_text = "Go back to what was made before"
	_history.disabled = true
	_history.get_popup().id_pressed.connect(func(id: int) -> void: recalled.emit(id))
	add_child(_history)


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		_die.icon = get_theme_icon(&"RandomNumberGenerator", &"EditorIcons")
		_history.icon = get_theme_icon(&"History", &"EditorIcons")


## The seed that is set.
func value() -> int:
	return int(_seed.value)


## Sets the seed.
func set_seed(number: int) -> void:
	_seed.value = number


## Draws another seed.
func roll() -> void:
	_seed.value = randi() % 1_000_000


## Lists what was made, the newest first.
func list(titles: PackedStringArray) -> void:
	_history.disabled = titles.is_empty()
	_history.get_popup().clear()
	for number in titles.size():
		_history.get_popup().add_item(titles[number], number)
