extends "res://test/case.gd"
## Tests that fail, each in its way: they show that the runner sees it.


func test_expectation() -> void:
	same(2, 3, "two")


func test_kind() -> void:
	same(2, 2.0, "two")


func test_script_error() -> void:
	var nothing: Variant = null
	nothing.call("anything")


func test_assert() -> void:
	assert(false)


func test_awaited_assert() -> void:
	await tree.process_frame
	assert(false)


func test_push_error() -> void:
	push_error("it went wrong")


func test_error_elsewhere() -> void:
	(func() -> void: push_error("it went wrong elsewhere")).call_deferred()


func test_endless() -> void:
	await Signal(self, "script_changed")
