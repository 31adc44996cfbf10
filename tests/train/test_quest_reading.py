"""Reading developers' dialogue: what a quest says comes back from every format, names become slots."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import playloom
from playloom.errors import FileInvalid
from playloom.kinds.quest.content import NARRATOR, PLAYER, Quest
from playloom.kinds.quest.realiser.vocabulary import EVERY_ACT, NAMED, STEPS
from playloom.kinds.quest.scripts import ACTS, BRANCH_ACTS
from playloom.kinds.quest.slots import slots_of
from playloom.kinds.quest.world_file import EXAMPLES, example_text, example_world
from playloom_train.kinds.quest.reading import (
    Conversation,
    Names,
    Reading,
    names_of_world,
    read_dialogue,
    read_names,
)
from playloom_train.kinds.quest.reading.report import document, show

WRITTEN = (".ink", ".yarn", ".twee", ".dialogue", ".csv", ".json")
STEP_ACTS = {"told": "told", "go": "go", "give_up": "go", "journal": "journal_step"}


@pytest.fixture(scope="module")
def quests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Quest, Path]]:
    """Return a quest of each example world, with the folder in which it lies in every format."""
    found = {}
    for seed, world in enumerate(EXAMPLES):
        folder = tmp_path_factory.mktemp(world)
        quest = playloom.quest(world, seed=seed, source="authored")
        playloom.write_quest(quest, *(folder / f"lantern{suffix}" for suffix in WRITTEN))
        found[world] = quest, folder
    return found


def only(reading: Reading) -> Conversation:
    """Return the one conversation."""
    (one,) = reading.conversations
    return one


def said_in(quest: Quest, *, table: bool, templates: bool) -> dict[tuple[str, str], str]:
    """Return the speaker of every line that a format holds, by act and text."""
    found = {("title", quest.title): ""} if table else {}
    for line in quest.lines():
        of_step = line.act in ("told", "go", "give_up") or "step" in line.id
        act = STEP_ACTS[line.act] if of_step else line.act
        speaker = {PLAYER: "{player}", NARRATOR: ""}.get(line.speaker, quest.names.get(line.speaker, ""))
        found[act, line.template if templates else line.text] = speaker
    return found


@pytest.mark.parametrize("suffix", WRITTEN)
@pytest.mark.parametrize("world", EXAMPLES)
def test_what_a_quest_says_comes_back_from_every_format(quests: Any, world: str, suffix: str) -> None:
    quest, folder = quests[world]

    reading = read_dialogue([folder / f"lantern{suffix}"], Names())

    expected = said_in(quest, table=suffix in (".csv", ".json"), templates=suffix == ".json")
    lines = {(line.act, line.text): line.speaker or "" for line in only(reading).lines}
    assert lines.keys() == expected.keys()
    roles = {(label, lines[line]) for line, label in expected.items()}
    assert len(roles) == len(dict(roles))  # everybody has one
    assert {("", ""), ("{player}", "{player}"), (quest.names[quest.giver], "{npc}")} <= roles
    assert sum(role == "{target}" for _, role in roles) <= 1
    assert not reading.left_out


@pytest.mark.parametrize("world", EXAMPLES)
def test_with_the_world_file_no_name_of_it_is_left(quests: Any, world: str, tmp_path: Path) -> None:
    (tmp_path / "world.toml").write_text(example_text(world), "utf-8")
    names = read_names(tmp_path / "world.toml")
    _, folder = quests[world]

    readings = {suffix: read_dialogue([folder / f"lantern{suffix}"], names) for suffix in WRITTEN}

    assert names == names_of_world(example_world(world))
    for suffix, reading in readings.items():
        texts = [line.text for one in reading.conversations for line in one.lines]
        left = [(name, text) for name in names.sorts for text in texts if f" {name} " in f" {text} "]
        assert not left, suffix
        assert slots_of(*texts) <= set(NAMED)
    templates = {line.text for line in only(readings[".json"]).lines}
    same = [line.text in templates for line in only(readings[".ink"]).lines]
    assert sum(same) >= 0.7 * len(same)  # the rest calls an item a thing, or a home a place


def test_a_quest_of_ours_tells_its_setting_and_its_steps(quests: Any) -> None:
    quest, folder = quests["thornford"]

    conversation = only(read_dialogue([folder / "lantern.json"]))

    about = conversation.about
    assert (about.strategy, about.tone, about.genre) == (quest.strategy, quest.tone, quest.genre)
    assert conversation.where == "lantern.json:1" and conversation.licence is None
    steps = {line.step for line in conversation.lines if line.act in ("told", "go", "journal_step")}
    assert steps <= set(STEPS) and "give_up" in steps
    assert all(line.act in EVERY_ACT for line in conversation.lines)


def test_a_folder_of_scripts_is_read_in_the_order_of_play(tmp_path: Path) -> None:
    (tmp_path / "branches").mkdir()
    lines = "\n".join(f"{act}: Words of {act} for {{npc}}." for act in ACTS if act != "title")
    ways = "\n".join(f"{act}: Way of {act}." for act in BRANCH_ACTS)
    (tmp_path / "mine.txt").write_text(f"@ spy | wry | old baker | cosy\ntitle: Crumbs\n{lines}\n")
    (tmp_path / "branches" / "mine.txt").write_text(f"@ Crumbs\n{ways}\n")

    one = only(read_dialogue([tmp_path]))

    acts = [line.act for line in one.lines]
    assert set(acts) == {*ACTS, *BRANCH_ACTS} and acts.index("offer") < acts.index("accept")
    assert acts.index("accept") < acts.index("arrive") < acts.index("farewell")
    assert one.about.persona == "old baker" and one.name == "mine.txt#mine-000"
    speakers = {line.act: line.speaker for line in one.lines}
    assert speakers["offer"] == "{npc}" and speakers["accept"] == "{player}"
    assert speakers["target_plea"] == "{target}" and speakers["arrive"] is None


def lines_of(tmp_path: Path, text: str, names: Names | None = None) -> tuple[list[str], Reading]:
    """Return the texts of a Yarn node, and the reading."""
    path = tmp_path / "talk.yarn"
    path.write_text(f"title: A\n---\n{text}\n===\n", "utf-8")
    reading = read_dialogue([path], names)
    return [line.text for one in reading.conversations for line in one.lines], reading


WORLD = """
people = ["Mira Ashdown", "Old Tom", "Will"]
places = ["the old mill", "Thornford"]
items = ["silver locket"]
enemies = ["marsh wolf"]
player = "Traveller"
currency = "crowns"
[inserts]
"$x" = "player"
"""


@pytest.mark.parametrize(
    ("said", "learnt"),
    [
        ("Tom's at the old mill, Traveller.", "{target}'s at {place}, {player}."),
        ("The old mill is Mira's.", "{place} is {npc}'s."),
        ("I'm Mira Ashdown. Mira!", "I'm {npc}. {npc}!"),
        ("Bring the silver locket, or two silver lockets.", "Bring the {item}, or {count} {items}."),
        ("Silver lockets are forty-two crowns.", "{items} are {gold}."),
        ("Five marsh wolves! One crown each.", "{count} {enemies}! {gold} each."),
        ("Will you see Will?", "Will you see {target}?"),
        ("Thornfordians, Miranda and Tomorrow stay.", "Thornfordians, Miranda and Tomorrow stay."),
        ("For {$x} and {playerName}, {$gold} coins.", "For {player} and {player}, {gold}."),
        ('He said "no" — twice… {"so"}', 'He said "no" — twice… so'),
    ],
)
def test_names_and_inserts_become_slots(tmp_path: Path, said: str, learnt: str) -> None:
    (tmp_path / "names.toml").write_text(WORLD, "utf-8")
    more = "Mira: I will not.\nMira: Nor will he.\n"

    texts, _ = lines_of(tmp_path, f"{more}Mira: {said}", read_names(tmp_path / "names.toml"))

    assert texts[-1] == learnt


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Old Tom met Will.", "names more than there are slots for"),
        ("You have {$apples} apples.", "an insert of the game that is no slot we know"),
        ("You have {player_count + 1}.", "an insert of the game that is no slot we know"),
        ("Open \\{ brace.", "an insert of the game that is no slot we know"),
        ("Write to mira@example.org now.", "personal data: a mail address"),
        ("Ring 0171 555 0199 88.", "personal data: a telephone number"),
        ("Ring +44 20 7946.", "personal data: a telephone number"),
        ("See www.example.org.", "personal data: a web address"),
        ("...", "no words in it"),
        ("word " * 300, "longer than 1000 characters"),
        ("Turn \u202e back.", "characters that are no text"),
        ("I will not.", "the same said before in the conversation"),
    ],
)
def test_what_cannot_be_kept_is_counted_with_its_reason(tmp_path: Path, said: str, reason: str) -> None:
    (tmp_path / "names.toml").write_text(WORLD, "utf-8")

    texts, reading = lines_of(
        tmp_path, f"Mira: I will not.\nMira: {said}", read_names(tmp_path / "names.toml")
    )

    assert texts == ["I will not."]
    assert reading.left_out == {reason: 1} and reading.places[reason] == ["talk.yarn:4"]


@pytest.mark.parametrize(
    "said", ["It was 12.10.2024.", "From 1066-1485.", "1,000,000,000 stars.", "No. 7, 8."]
)
def test_dates_and_numbers_are_no_personal_data(tmp_path: Path, said: str) -> None:
    assert lines_of(tmp_path, f"Mira: {said}")[0] == [said]


def test_without_names_speakers_are_people_unless_they_are_common_nouns(tmp_path: Path) -> None:
    text = "Mira: I'm Mira.\nMira: The guard knows Tom.\nTom: Mira!\nGuard: Guard? The Guard is me.\n"
    text += "{$player}: Hm?"

    texts, reading = lines_of(tmp_path, text)

    assert texts == ["I'm {npc}.", "The guard knows {target}.", "{npc}!", "Guard? The Guard is me.", "Hm?"]
    speakers = [line.speaker for line in only(reading).lines]
    assert speakers == ["{npc}", "{npc}", "{target}", "Guard", "{player}"]


def test_nodes_that_lead_to_each_other_are_one_conversation(tmp_path: Path) -> None:
    path = tmp_path / "talk.yarn"
    nodes = {"A": "Mira: One.\n<<jump C>>", "B": "Tom: Two.", "C": "Mira: Three.\n<<jump A>>"}
    path.write_text("".join(f"title: {name}\n---\n{body}\n===\n" for name, body in nodes.items()))

    reading = read_dialogue([path])

    told = [(one.name, one.where, len(one.lines)) for one in reading.conversations]
    assert told == [("talk.yarn#A", "talk.yarn:3", 2), ("talk.yarn#B", "talk.yarn:8", 1)]


def test_the_report_shows_everything_that_is_counted(tmp_path: Path) -> None:
    _, reading = lines_of(
        tmp_path, "Mira: In Ravenholm, [b]again[/b].\nMira: To Ravenholm.\nMira: {$oddity}."
    )

    found = json.loads(json.dumps(document(reading)))
    console = Console(width=120, record=True, file=io.StringIO())
    show(reading, console)

    assert found["files"] == {".yarn": 1} and found["lines"] == 2 and found["lines_without_act"] == 2
    assert found["perhaps_names"] == {"Ravenholm": 2} and found["speakers"] == {"{npc}": 2}
    assert found["left_out"] == [
        {"reason": "an insert of the game that is no slot we know", "count": 1, "places": ["talk.yarn:5"]}
    ]
    shown = console.export_text()
    assert "Ravenholm 2" in shown and "talk.yarn:5" in shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("people = 5", "give a list of names"),
        ('people = [""]', "a name is 1 to"),
        ('people = ["{npc}"]', "without braces"),
        ("pepole = []", "'pepole' is not known; there are people"),
        ('[inserts]\n"$x" = "hat"', "inserts must give each a slot"),
        ("currency = 3", "currency is '3'"),
        ("people = [", "not TOML"),
        ('[[people]]\nid = "mira"', "name: is missing"),
        ("items = [" + "[" * 5000, "not TOML"),
    ],
)
def test_a_file_of_names_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "names.toml").write_text(text)

    with pytest.raises(FileInvalid, match=message):
        read_names(tmp_path / "names.toml")
