extends RefCounted
## What every test script extends: expectations, and what the command line said.
##
## Every method whose name begins with [code]test_[/code] is a test; it may await. A script error, a
## failed assert and push_error fail it too.

const Playloom := preload("res://addons/playloom/runtime/playloom.gd")

## Set by the runner.
var tree: SceneTree
var options: Dictionary[String, String] = {}
var failures: PackedStringArray = []


## Fails the test where something does not hold.
func expect(holds: bool, otherwise: String = "") -> void:
	if not holds:
		_fail(otherwise if otherwise != "" else "it does not hold")


## Fails the test where two values differ.
func same(found: Variant, wanted: Variant, what: String = "") -> void:
	if typeof(found) != typeof(wanted) or found != wanted:
		_fail("%s is %s, wanted %s" % [what, str(found).left(300), str(wanted).left(300)])


## Returns the option [code]name=value[/code] of the command line.
func option(name: String) -> String:
	expect(options.has(name), "the test needs the option %s=" % name)
	return options.get(name, "")


## Waits until something holds; fails the test after some seconds.
func until(holds: Callable, seconds: float = 20.0, what: String = "") -> void:
	var end := Time.get_ticks_msec() + seconds * 1000.0
	while not holds.call():
		if Time.get_ticks_msec() > end:
			_fail("it never came to be: %s" % what)
			return
		await tree.process_frame


## Returns an autoload of our own, which the test ends with [method Node.queue_free].
func service() -> Playloom:
	var made := Playloom.new()
	tree.root.add_child(made)
	return made


func _fail(why: String) -> void:
	var where := ""
	for frame: Dictionary in get_stack():
		if not str(frame["source"]).ends_with("/case.gd"):
			where = "line %d: " % frame["line"]
			break
	failures.append(where + why)
