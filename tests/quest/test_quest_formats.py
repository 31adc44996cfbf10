"""Quests in the formats of game writers' tools, walked by these tools from end to end."""

import csv
import io
import json
import os
import shutil
import subprocess
from functools import cache, partial
from pathlib import Path

import jsonschema
import pytest
import quest_dialogue_manager
import quest_sugarcube
from hypothesis import HealthCheck, given, settings
from quest_makers import MARKUP, lantern, names, quests, texts
from quest_tools import run_tool
from quest_walking import begin, cases, check_story, walk

from playloom.kinds.quest.content import Quest, QuestRequest
from playloom.kinds.quest.formats import WRITERS, dialogue, ink_reading, record, translation, write_each
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.world_file import EXAMPLES, example_world

DRAWN = 50  # quests of a test; node starts once for all of them


@cache
def samples() -> list[Quest]:
    """Return quests: by hand with tame and nasty names, generated, and drawn; the same every time."""
    found = [lantern(), lantern("Ωμέγα-7", "Dr. O'Neil", "“half-moon” map — the 2nd")]
    worlds = [QuestGenerator(example_world(name)) for name in EXAMPLES]
    found += [one.generate(QuestRequest(seed=seed, depth=seed)) for one in worlds for seed in range(3)]
    for nasty in ("{x}", "[[a|b]]", "// *", "<<if>>", "\\n$q", "- =>"):
        found.append(lantern(nasty, "T", "x", wrap=partial("{0} {1} {0}".format, nasty)))

    @settings(max_examples=DRAWN, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(quests())
    def take(quest: Quest) -> None:
        found.append(quest)

    take()
    return found


def source(quest: Quest, suffix: str) -> str:
    """Return the text of the one file."""
    files = WRITERS[suffix](quest, "lantern")
    assert list(files) == [f"lantern{suffix}"]
    assert files == WRITERS[suffix](quest, "lantern")
    return files[f"lantern{suffix}"].decode()


@pytest.mark.parametrize("tool", ["ink", "yarn"])
def test_a_tool_walks_the_file_as_the_quest_is(tool: str) -> None:
    jobs = []
    for quest in samples():
        nodes = walk(begin(quest))
        job = {"source": source(quest, f".{tool}"), "start": f"lantern_{quest.start}", "prefix": "lantern_"}
        job["variables"] = [one.name for one in quest.variables] + ["ending"]
        job["cases"] = [
            {"gate": gate, "values": values} for gate, values, _ in cases(quest, nodes, "lantern")
        ]
        jobs.append(job)

    for quest, job, result in zip(samples(), jobs, run_tool(tool, jobs), strict=True):
        assert "error" not in result, (result, job["source"])
        nodes = walk(begin(quest))
        assert result["nodes"] == nodes, job["source"]
        assert result["cases"] == [said for *_, said in cases(quest, nodes, "lantern")], job["source"]


def test_every_choice_of_made_quests_is_reachable_and_every_way_ends() -> None:
    for quest in samples()[:-DRAWN]:
        check_story(quest, walk(begin(quest)))
    nodes = walk(begin(lantern()))
    assert {node["values"]["ending"] for node in nodes if not node["choices"]} == {
        "done", "declined", "failed", "sided",
    }  # fmt: skip


def test_extwee_reads_the_twee_and_its_passages_play_as_the_quest_is() -> None:
    stories = run_tool("twee", [{"source": source(quest, ".twee")} for quest in samples()])

    for quest, story in zip(samples(), stories, strict=True):
        assert "error" not in story, story
        assert story["name"] == quest.title and story["format"] == "SugarCube"
        assert story["ifid"] == story["ifid"].upper() and len(story["ifid"]) == 36
        nodes = walk(begin(quest))
        assert walk(quest_sugarcube.begin(story, "lantern_")) == nodes
        for gate, values, said in cases(quest, nodes, "lantern"):
            assert quest_sugarcube.hear(story, gate, values, "lantern_") == said


def test_dialogue_manager_rules_play_the_file_as_the_quest_is() -> None:
    for quest in samples():
        text = source(quest, ".dialogue")
        titles, states = quest_dialogue_manager.compile_dialogue(text), quest_dialogue_manager.states(text)
        nodes = walk(begin(quest))
        start = f"lantern_{quest.start}"
        assert walk(quest_dialogue_manager.begin(titles, start, states, "lantern_")) == nodes, text
        for gate, values, said in cases(quest, nodes, "lantern"):
            state = states | {f"lantern_{name}": value for name, value in values.items()}
            assert quest_dialogue_manager.begin(titles, gate, state, "lantern_").said == said


def test_json_is_read_back_as_it_was_and_follows_its_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(record.schema())
    validator = jsonschema.Draft202012Validator(record.schema())
    for number, quest in enumerate(samples()):
        data = record.encode(quest, "lantern")["lantern.json"]
        assert record.decode(data, Path("lantern.json")) == quest
        if number % 4 == 0:  # jsonschema is slow
            validator.validate(json.loads(data))


def test_the_published_schema_is_the_one_that_is_used() -> None:
    published = Path(__file__).parents[2] / "docs" / "quest.schema.json"

    assert json.loads(published.read_text("utf-8")) == json.loads(json.dumps(record.schema()))


def test_ink_is_read_back_for_playing() -> None:
    for quest in samples():
        read = ink_reading.decode(source(quest, ".ink").encode(), Path("lantern.ink"))
        assert read.title == quest.title and walk(begin(read)) == walk(begin(quest))
        assert [entry.when for entry in read.entries] == [entry.when for entry in quest.entries]


def test_gettext_and_csv_hold_every_line_once_with_its_id() -> None:
    pots = run_tool("gettext", [{"source": source(quest, ".pot")} for quest in samples()])

    for quest, pot in zip(samples(), pots, strict=True):
        expected = {"lantern_title": quest.title} | {one.id: one.text for one in quest.lines()}
        assert dict(pot[1:]) == expected and len(pot) == len(expected) + 1  # the first is the head
        rows = list(csv.DictReader(io.StringIO(source(quest, ".csv"))))
        assert {row["id"]: row["text"] for row in rows} == expected and len(rows) == len(expected)


def test_a_row_says_who_speaks_where_and_how_long_the_translation_may_be() -> None:
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(source(lantern(), ".csv")))}

    assert rows["greet"] == {
        "id": "greet", "scene": "lantern_start", "speaker": "Mira", "limit": "20",
        "context": "greet at the old mill", "text": "Well met.",
    } | {"limit": "27"}  # fmt: skip
    assert rows["ask_why"]["context"] == "choice: ask at the old mill, leads to lantern_why"
    assert (rows["ask_why"]["speaker"], rows["journal"]["speaker"], rows["find"]["context"]) == (
        "player", "narrator", "journal: get",
    )  # fmt: skip
    limits = [translation.room("x" * count) for count in range(1, 200)]
    assert limits == sorted(limits) and limits[99] == 130


@given(names, texts)
@settings(max_examples=60, deadline=None)
def test_any_name_and_text_stay_on_their_line(name: str, text: str) -> None:
    quest = lantern(name, wrap=lambda words: f"{text} {words}" if words != name else words)

    for suffix in (".ink", ".yarn", ".twee", ".dialogue"):
        assert source(quest, suffix).count("\n") == lines_of_lantern(suffix)


@cache
def lines_of_lantern(suffix: str) -> int:
    """Return how many lines the hand-made quest takes."""
    return source(lantern(), suffix).count("\n")


def test_a_file_of_another_name_has_other_names_inside(tmp_path: Path) -> None:
    made = write_each(lantern(), {tmp_path / f"7 Lämpchen!{suffix}": {} for suffix in WRITERS})

    assert [path.suffix for path in made] == list(WRITERS)
    assert "=== quest_7_lampchen_start ===" in (tmp_path / "7 Lämpchen!.ink").read_text("utf-8")


@pytest.mark.godot
def test_godot_shows_what_is_written_for_dialogue_manager_as_it_was(engine: str, tmp_path: Path) -> None:
    lines = [line.text for quest in samples() for line in quest.lines()] + MARKUP
    (tmp_path / "texts.json").write_text(json.dumps([dialogue.escape(text) for text in lines]), "utf-8")
    (tmp_path / "project.godot").write_text('config_version=5\n\n[application]\n\nconfig/name="test"\n')
    script = Path(__file__).parents[1] / "godot" / "inspect_bbcode.gd"
    shutil.copy(script, tmp_path)
    command = [engine, "--headless", "--path", str(tmp_path), "-s", f"res://{script.name}"]

    done = subprocess.run(
        [*command, "--", "res://texts.json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env=os.environ | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
    )

    shown = next(one for one in done.stdout.splitlines() if one.startswith("INSPECTED "))
    assert json.loads(shown.removeprefix("INSPECTED ")) == lines
