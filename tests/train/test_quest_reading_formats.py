"""What each format writes around words is gone, and every word that can be shown is kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from playloom_train.kinds.quest.reading import Names, Reading, read_dialogue

Told = list[tuple[str | None, str | None, str]]


def told(reading: Reading) -> Told:
    """Return speaker, act and text of every line."""
    return [(line.speaker, line.act, line.text) for one in reading.conversations for line in one.lines]


def read(tmp_path: Path, suffix: str, text: str) -> Told:
    path = tmp_path / f"talk{suffix}"
    path.write_text(text, "utf-8")
    return told(read_dialogue([path], Names()))


INK = [
    ("Mira: Well met. #voice:1 # sad", ["Well met."]),
    ("{met: Mira: You again? | Mira: A new face!}", ["You again?", "A new face!"]),
    (
        "Mira: {&Rain|Snow|Fog}, and {not met:no }fire.",
        ["Rain, and no fire.", "Snow, and fire.", "Fog, and no fire."],
    ),
    ("Mira: {a:{b:One|Two}|{~Three|Four}}.", ["One.", "Two.", "Three.", "Four."]),
    ("{ met:\n    Mira: One. -> inn\n- else:\n    Mira: Two.\n}\nMira: Three.", ["One.", "Two.", "Three."]),
    ("{ stopping:\n- Mira: First: this.\n- Mira: Then.\n}", ["First: this.", "Then."]),
    ("{\n- x > 1: Mira: One.\n- else: Mira: Two.\n}", ["One.", "Two."]),
    ("Mira: Late, <>\ntoo late.", ["Late, too late."]),
    ("Mira: \\{so\\: \\[x\\]\\} \\# one. // aside", []),
    ("Mira: A \\[b\\] \\# c \\-> d \\/ e.", ["A [b] # c -> d / e."]),
    ("- (top) Mira: Hm. /* a\nb */\n- - Mira: Ha.", ["Hm.", "Ha."]),
    ("~ x = 1\nVAR y = 2\nTODO: more\nINCLUDE z.ink\n# mood\n-> inn\nMira: Ha. ->-> ", ["Ha."]),
    ("=== function f(x) ===\n{x} is said.\n=== inn ===\nMira: Ha.", ["Ha."]),
    ("Mira: Ha. #act:greet", ["Ha."]),
]


@pytest.mark.parametrize(("text", "said"), INK)
def test_ink(tmp_path: Path, text: str, said: list[str]) -> None:
    lines = read(tmp_path, ".ink", f"Mira: Begin.\n{text}\n")

    assert [line[2] for line in lines] == ["Begin.", *said]
    assert {line[0] for line in lines} == {"{npc}"}


def test_choices_of_ink_are_the_player_s_and_may_say_more(tmp_path: Path) -> None:
    text = '* {met} (ale) "Ale[!"]," you say.\n** + [Sit.] -> inn\n+ -> END\n* Leave. #id:x\n'

    assert read(tmp_path, ".ink", text) == [
        ("{player}", "go", '"Ale!"'),
        (None, None, '"Ale," you say.'),
        ("{player}", "go", "Sit."),
        ("{player}", "go", "Leave."),
    ]


def test_a_speaker_may_be_a_tag_of_ink(tmp_path: Path) -> None:
    text = "Come in. #speaker:Mira\nNote: it rains. #speaker:narrator\n"

    assert read(tmp_path, ".ink", text) == [("{npc}", None, "Come in."), (None, None, "Note: it rains.")]


def test_yarn(tmp_path: Path) -> None:
    text = """title: Start
---
<<declare $gold = 1>>
Keep: Hello, [wave a=1]friend[/wave]! [pause=100/] #line:0a1 #act:greet
A quiet room\\: no guests. // said to nobody
<<if $gold > 2>>
    Keep: [b]Rich![/b] <<wait 1>>
<<else>>
    Keep: Poor.
<<endif>>
-> Give me ale <<if $gold >= 1>> #line:0a2
    Keep: Boo \\#1 \\[x\\].
[[Old style|Cellar]]
=> Keep: One of a group.
===
not in a node
"""

    assert read(tmp_path, ".yarn", text) == [
        ("{npc}", "greet", "Hello, friend!"),
        (None, None, "A quiet room: no guests."),
        ("{npc}", None, "Rich!"),
        ("{npc}", None, "Poor."),
        ("{player}", "go", "Give me ale"),
        ("{npc}", None, "Boo #1 [x]."),
        ("{player}", "go", "Old style"),
        ("{npc}", None, "One of a group."),
    ]


def test_dialogue_manager(tmp_path: Path) -> None:
    text = """import "res://x.dialogue" as x
~ start
# comment
Nathan: [[Hi|Hello]] there[wait=0.5]. [ID:t1] [#act=greet]
Nathan: I have [if x > 1]many[else]few[/if] apples[if y], friend[/if].
if y == 1
\tCoco: [color=red]Meow[/color] [next=auto]
else
\tCoco: Purr. [do x()]
%3 Nathan: By chance.
| Coco: Both.
- First [if a /] [#mood=happy] => next
\tset a = 1
\tdo stuff()
\tNathan: It's one\\: truly.
- Coco: Second => END
[char=69]f you will.
=> next
~ next
Nathan: Bye [lb]x[rb] [sigh].
"""

    assert read(tmp_path, ".dialogue", text) == [
        ("{npc}", "greet", "Hi there."),
        ("{npc}", "greet", "Hello there."),
        ("{npc}", None, "I have many apples, friend."),
        ("{npc}", None, "I have few apples."),
        ("{target}", None, "Meow"),
        ("{target}", None, "Purr."),
        ("{npc}", None, "By chance."),
        ("{target}", None, "Both."),
        ("{player}", "go", "First"),
        ("{npc}", None, "It's one: truly."),
        ("{player}", "go", "Second"),
        (None, None, "if you will."),
        ("{npc}", None, "Bye [x] [sigh]."),
    ]


def test_twee(tmp_path: Path) -> None:
    text = """:: StoryTitle
My story
:: Code [script]
var x = "Mira: not said";
:: Start [intro] {"position":"1,2"}
/* not
said */
<<set $x to "<<">><<if $x>>Mira: Come in.<<else>>Mira: Stay out.<</if>>
Mira: You look ''tired'', //friend//. <!-- no -->
You could [[go home|Home]] or [[stay->Start]].
[[Go to the mill|Mill]]
<<link "Take the lamp" "Mill">><<set $lamp to true>><</link>>
&ldquo;Rain&rdquo; &amp; mud.
A long line \\
goes on.
(set: $b to (a: 1))(if: $a is 1)[Tom: Yes.](else:)[Tom: No.]
(link-goto: "Run", "Home")
:: Home
Dad: You're here,<br>$hero_name? (Really.)
:: Mill
<% if (x) { %>The wheel turns.<% } %>
"""

    assert read(tmp_path, ".twee", text) == [
        ("{npc}", None, "Come in."),
        ("{npc}", None, "Stay out."),
        ("{npc}", None, "You look tired, friend."),
        (None, None, "You could go home or stay."),
        ("{player}", "go", "Go to the mill"),
        ("{player}", "go", "Take the lamp"),
        (None, None, "“Rain” & mud."),
        (None, None, "A long line goes on."),
        ("{target}", None, "Yes."),
        ("{target}", None, "No."),
        ("{player}", "go", "Run"),
        ("Dad", None, "You're here, {player}? (Really.)"),
        (None, None, "The wheel turns."),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_tables_are_read_by_the_names_of_their_columns(tmp_path: Path, separator: str) -> None:
    rows = [
        ["Character", "Dialogue", "Act", "Conversation", "Tone", "Licence"],
        ["Mira", '"Mind the step. [b]So[/b]."', "greet", "door", "wry", "MIT"],
        ["", "It rains.", "", "door", "wry", "MIT"],
        ["Mira", "Then go.", "player choice", "door", "wry", "MIT"],
        ["Tom", "Hm.", "odd", "well", "", ""],
    ]
    path = tmp_path / "talk.csv"
    path.write_text("".join(separator.join(row) + "\n" for row in rows))

    reading = read_dialogue([path], Names())

    assert told(reading) == [
        ("{npc}", "greet", "Mind the step. So."),
        (None, None, "It rains."),
        ("{player}", "go", "Then go."),
        ("{npc}", None, "Hm."),
    ]
    assert [(one.name, one.licence, one.about.tone) for one in reading.conversations] == [
        ("talk.csv#door", "MIT", "wry"),
        ("talk.csv#well", None, None),
    ]


RECORD = {"speaker": "Mira", "text": "Mind the step."}
DOCUMENTS: list[tuple[Any, Told]] = [
    ([RECORD], [("{npc}", None, "Mind the step.")]),
    (RECORD, [("{npc}", None, "Mind the step.")]),
    (["Mira: Mind the step.", "It rains."], [("{npc}", None, "Mind the step."), (None, None, "It rains.")]),
    ({"inn": {"talk": [RECORD]}}, [("{npc}", None, "Mind the step.")]),
    ({"lines": [RECORD], "id": "x"}, [("{npc}", None, "Mind the step.")]),
    (
        [{**RECORD, "act": "greet", "choices": [{"text": "No."}, "Yes.", {"text": ""}, 5]}],
        [("{npc}", "greet", "Mind the step."), ("{player}", "go", "No."), ("{player}", "go", "Yes.")],
    ),
    (
        {"title": "T", "lines": {"offer": "Take the {item}.", "accept": "Yes.", "odd": "x"}},
        [("{player}", "accept", "Yes."), ("{npc}", "offer", "Take the {item}.")],
    ),
]


@pytest.mark.parametrize(("document", "lines"), DOCUMENTS)
def test_json(tmp_path: Path, document: Any, lines: Told) -> None:
    assert sorted(read(tmp_path, ".json", json.dumps(document)), key=str) == sorted(lines, key=str)


def test_records_in_lines_are_grouped(tmp_path: Path) -> None:
    records = [
        {"quest_id": "b", "speaker": "{npc}", "text": "One.", "act": "offer", "licence": "MIT"},
        {"quest_id": "a", "speaker": "Tom", "text": "Two.", "kind": "description"},
        {"quest_id": "b", "speaker": "narrator", "text": "Three.", "act": "player_choice"},
    ]
    path = tmp_path / "talk.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records) + "{broken\n\n")

    reading = read_dialogue([path], Names())

    assert told(reading) == [
        ("{npc}", "offer", "One."),
        (None, "go", "Three."),
        ("{npc}", "description", "Two."),
    ]
    assert [(one.name, one.licence) for one in reading.conversations] == [
        ("talk.jsonl#b", "MIT"),
        ("talk.jsonl#a", None),
    ]
    assert reading.left_out == {"a record that is no JSON": 1} and reading.places == {
        "a record that is no JSON": ["talk.jsonl:4"]
    }
