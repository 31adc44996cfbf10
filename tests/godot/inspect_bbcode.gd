extends SceneTree
## Prints what a RichTextLabel shows of each text with BBCode, as one JSON line after "INSPECTED ".
##
## Arguments after "--": a JSON file with a list of texts.


func _init() -> void:
	var texts: Array = JSON.parse_string(FileAccess.get_file_as_string(OS.get_cmdline_user_args()[0]))
	var seen: Array[String] = []
	for text: String in texts:
		var label: RichTextLabel = RichTextLabel.new()
		label.bbcode_enabled = true
		label.text = text
		seen.append(label.get_parsed_text())
		label.free()
	print("INSPECTED ", JSON.stringify(seen))
	quit()
