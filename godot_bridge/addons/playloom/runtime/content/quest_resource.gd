@tool
class_name PlayloomQuestResource
extends Resource
## A quest that was made before: by the editor's dock, or by the import of a [code].ploomquest[/code] file.
##
## [codeblock]
## var graph := (load("res://lantern.ploomquest") as PlayloomQuestResource).graph()
## [/codeblock]
## [member PlayloomQuest.resource] plays it without a server.

## The quest as [code]playloom quest -o q.json[/code] writes it.
@export_storage var json: String = ""
@export var title: String = ""


## Takes the quest out of a reply. Returns null where the reply is an error or lies about itself;
## [member PlayloomReply.error_message] says what is wrong then.
static func from_reply(reply: PlayloomReply) -> PlayloomQuestResource:
	var checked := PlayloomQuestGraph.from_reply(reply)
	if checked == null:
		return null
	var made := PlayloomQuestResource.new()
	made.json = reply.blobs["quest"].get_string_from_utf8()
	made.title = checked.title
	return made


## Returns the quest, at its beginning; null where [member json] is none.
func graph() -> PlayloomQuestGraph:
	var reply := PlayloomReply.new()
	reply.ok = true
	reply.blobs["quest"] = json.to_utf8_buffer()
	var made := PlayloomQuestGraph.from_reply(reply)
	if made == null:
		push_error("%s: %s" % [resource_path, reply.error_message])
	return made
