@tool
class_name PlayloomJob
extends RefCounted
## One request that was submitted.
##
## Emits [signal progressed] and [signal line_told] any number of times, then [signal finished] exactly once.

## How far the current attempt is, 0 to 1; starts anew with a further attempt.
signal progressed(fraction: float)
## A line of a quest, as far as it is written; one that is given up is told anew.
signal line_told(act: String, text: String, complete: bool)
## The end, exactly once.
signal finished(reply: PlayloomReply)

## The request's id on the wire.
var id: String = ""
## The answer; null until [signal finished].
var reply: PlayloomReply = null

var _canceller: Callable = Callable()


## Gives the request up: it ends with the error [code]cancelled[/code], unless it has ended.
func cancel() -> void:
	if reply == null and _canceller.is_valid():
		_canceller.call(self)


## Waits for the end and returns the answer; returns at once if there is one.
func completed() -> PlayloomReply:
	if reply == null:
		await finished
	return reply


## Sets what is called with the job when a game gives it up. Called by what answers requests.
func on_cancel(canceller: Callable) -> void:
	_canceller = canceller


## Ends the job. Only the first call has an effect. Called by what answers requests.
func end(answer: PlayloomReply) -> void:
	if reply != null:
		return
	reply = answer
	_canceller = Callable()
	finished.emit(answer)
