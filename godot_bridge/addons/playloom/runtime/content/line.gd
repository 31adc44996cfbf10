@tool
class_name PlayloomLine
extends RefCounted
## One utterance of a quest.

const PLAYER := "player"
const NARRATOR := "narrator"

## The same in every format and translation, unique in the quest: hand it to [method Object.tr] if
## you translate.
var id: String = ""
## What it is for: greet, offer, accept, ...
var act: String = ""
## Id of a person of the world, [constant PLAYER] or [constant NARRATOR].
var speaker: String = ""
## Who speaks, for people; empty for the narrator.
var speaker_name: String = ""
## What is said.
var text: String = ""


## Reads a line of the quest's JSON.
static func read(of: Dictionary, names: Dictionary, fields: PlayloomFields) -> PlayloomLine:
	var line := PlayloomLine.new()
	line.id = fields.text(of, "id")
	line.act = fields.text(of, "act")
	line.speaker = fields.text(of, "speaker")
	line.text = fields.text(of, "text", 4096)
	if line.speaker != NARRATOR:
		line.speaker_name = str(names.get(line.speaker, line.speaker))
	return line
