@tool
class_name PlayloomService
extends RefCounted
## Finds the autoload for nodes that ask it for content.

const _MISSING := (
	"the autoload Playloom is missing; enable the plugin under Project > Project Settings > Plugins, "
	+ "or set the node's property service"
)


## Asks for something with the service of [param given] or, where it is null, the autoload. The job
## ends at once with an error where there is neither.
static func submit(
	node: Node, given: Node, method: String, params: Dictionary, payload: PackedByteArray = PackedByteArray()
) -> PlayloomJob:
	var service := given
	if service == null and node.is_inside_tree():
		service = node.get_tree().root.get_node_or_null(^"Playloom")
	if service != null:
		return service.call(&"submit", method, params, payload)
	var job := PlayloomJob.new()
	job.end(PlayloomReply.failed("no_service", _MISSING))
	return job


## Takes out of a request what is not set: empty texts, and numbers that stand for nothing.
static func wishes(given: Dictionary) -> Dictionary:
	var kept: Dictionary = {}
	for key: String in given:
		var value: Variant = given[key]
		if not (value is String and (value as String).is_empty()) and value != null:
			kept[key] = value
	return kept
