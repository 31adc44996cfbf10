"""Playing quests in the terminal."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from quest_makers import lantern
from quest_walking import begin, walk

from playloom.commands.quest.play import play
from playloom.commands.quest.playing import read_quest
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.quest.content import Condition, Scene
from playloom.kinds.quest.formats import write
from playloom.kinds.quest.play import Playthrough


@pytest.fixture(params=["json", "ink"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the hand-made quest as a file."""
    return write(lantern(), tmp_path / f"lantern.{request.param}")[0]


def run(*arguments: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(play, [str(one) for one in arguments], input=typed)


def test_every_way_of_the_player_is_the_way_of_the_quest() -> None:
    nodes = walk(begin(lantern()))

    def follow(taken: list[int], node: int) -> None:
        through = Playthrough(lantern())
        said = through.advance()
        for number in taken:
            through.choose(number)
            said = through.advance()
        assert [line.id for line in said] == [line for line, _ in nodes[node]["said"]]
        assert [[one.line.id, one.line.text] for one in through.choices()] == nodes[node]["choices"]
        assert through.values | {"ending": through.ending or ""} == nodes[node]["values"]
        for number, following in enumerate(nodes[node]["next"]):
            if following > node:
                follow([*taken, number], following)

    follow([], 0)


def test_choices_lead_to_an_ending_and_to_what_people_say(file: Path, tmp_path: Path) -> None:
    transcript = tmp_path / "said.txt"

    result = run(file, "--choices", "1, 2,1,1", "--transcript", transcript)

    assert result.exit_code == 0, result.output
    assert transcript.read_text("utf-8").splitlines() == [
        "The lantern",
        "Mira: Well met.",
        "Mira: My lantern is gone. Old Tom has it.",
        "You: What is a lantern to you?",
        "Mira: My father made it, Mira the elder.",
        "You: Then I will bring it back.",
        "Mira: Good.",
        "Mira: Old Tom sleeps by day.",
        "  Look for the lantern at the well.",
        "You: Go on.",
        "  Dust lies on the steps.",
        "Old Tom: She owes me.",
        "You: Take it.",
        "Mira: My lantern!",
        "Mira: Walk well.",
        "The end: done (quest = done, seen = true, reward_paid = true, gold = 40, relation = neutral)",
        "[rumor_after]",
        "Old Tom: The lantern burns again.",
        "[later]",
        "Mira: Still grateful.",
    ]
    assert "  1. What is a lantern to you?\n  2. What does it pay?" in result.output
    assert "\x1b" not in result.output  # no colours where there is no terminal


def test_the_player_types_numbers_and_may_leave(file: Path) -> None:
    result = run(file, typed="9\nx\n4\n")
    assert result.exit_code == 0 and "The end: declined" in result.output
    assert result.output.count("Type a number from 1 to 4, or q to leave.") == 2

    for typed in ("", "q\n"):
        left = run(file, typed=typed)
        assert (
            left.exit_code == 0 and "Left before the end." in left.output and "Traceback" not in left.output
        )


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ("5", "5 is none of the 4 choices above"),
        ("1", "end before the quest does; add one of the 3 choices above"),
        ("4,1", "the quest ended 1 choices before the last one"),
        ("x", "'x' is no number of a choice"),
        ("0", "'0' is no number"),
        ("1,,2", "'' is no number"),
        ("²", "is no number"),
    ],
)
def test_choices_that_lead_nowhere_are_wrong_use(file: Path, choices: str, message: str) -> None:
    result = run(file, "--choices", choices)

    assert result.exit_code == 2 and message in result.output


def test_a_quest_without_a_way_on_is_refused() -> None:
    round_and_round = replace(lantern(), scenes=(Scene("start", to="more"), Scene("more", to="start")))
    with pytest.raises(FileInvalid, match="goes round without end"):
        Playthrough(round_and_round).advance()

    start = lantern().scenes[0]
    closed = tuple(replace(one, when=(Condition("seen", True),)) for one in start.choices)
    stuck = replace(lantern(), scenes=(replace(start, choices=closed), *lantern().scenes[1:]))
    with pytest.raises(FileInvalid, match="none of its choices"):
        Playthrough(stuck).advance()


def test_other_formats_are_not_played(tmp_path: Path) -> None:
    (made,) = write(lantern(), tmp_path / "lantern.yarn")

    with pytest.raises(RequestInvalid, match=r"cannot play '\.yarn'; give the quest as \.json or \.ink"):
        read_quest(made)


def test_a_transcript_never_replaces_the_quest_nor_waits_for_a_missing_folder(
    file: Path, tmp_path: Path
) -> None:
    before = file.read_bytes()
    for place, said in ((file, "the quest itself"), (tmp_path / "none" / "t.txt", "no folder")):
        done = run(file, "--choices", "1", "--transcript", place)
        assert done.exit_code == 2
        assert said in done.output
        assert "1." not in done.output
    assert file.read_bytes() == before
