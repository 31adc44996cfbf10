"""Authored scripts: those that ship are sound; hostile files are refused with their line; lint finds all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playloom.errors import FileInvalid
from playloom.kinds.quest import scripts as scripts_module
from playloom.kinds.quest.lint import lint_files, own_scripts
from playloom.kinds.quest.scripts import ACTS, BRANCH_ACTS, blocks_of, read_scripts, shipped_scripts
from playloom.kinds.quest.strategies import STRATEGIES

HEAD = "@ steal_item | wry | retired burglar | fantasy"


def block(head: str = HEAD, acts: tuple[str, ...] = ACTS, **lines: str) -> str:
    """Return a block whose every line says something else."""
    said = {act: lines.get(act, f"Something about the act called {act.replace('_', ' ')}.") for act in acts}
    text = "".join(f"{act}: {line}\n" for act, line in said.items())
    return f"{head}\n{text}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.txt").write_text(block(title="The Long Night"), "utf-8")
    (tmp_path / "branches").mkdir()
    (tmp_path / "branches" / "mine.txt").write_text(block("@ The Long Night", BRANCH_ACTS), "utf-8")
    return tmp_path


def test_what_ships_covers_every_strategy_and_has_nothing_wrong() -> None:
    scripts = shipped_scripts()

    assert len(scripts) == 856
    assert all(script.branched for script in scripts)
    assert {script.strategy for script in scripts} == STRATEGIES.keys()
    assert len({script.id for script in scripts}) == len(scripts)


def test_lint_finds_nothing_in_what_ships() -> None:
    assert lint_files([Path(scripts_module.__file__).parent / "scripts"]) == []


def test_a_folder_of_ones_own_is_read_with_its_branches(folder: Path) -> None:
    (script,) = read_scripts(folder)

    assert script.id == "mine-000"
    assert script.branched
    assert script.source("offer") == "own:mine-000/offer"
    assert own_scripts(folder) == (script,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("offer: too early\n", r"mine\.txt:1: found 'offer: too early', expected '@ strategy"),
        (f"{HEAD}\n\nno colon here\n", r"mine\.txt:3: found 'no colon here', expected 'act: text'"),
        (f"{HEAD}\nOffer: capital\n", r"mine\.txt:2: found"),
        ("@ steal_item | wry | burglar\n", r"mine\.txt:1: found '@ steal_item \| wry \| burglar', expected"),
        (block() + "offer: again\n", r"mine\.txt:22: act 'offer' comes twice"),
        (block() + "sigh: oh\n", r"mine\.txt:22: act 'sigh' is not known"),
        (block(acts=ACTS[:-1]), r"mine\.txt:1: acts are missing: bark; add them"),
        (block(greet=""), r"mine\.txt:4: act 'greet' has no text"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mine.txt").write_text(text, "utf-8")

    with pytest.raises(FileInvalid, match=message):
        read_scripts(tmp_path)


def test_branches_must_belong_to_a_script_and_come_once(folder: Path) -> None:
    beside = folder / "branches" / "mine.txt"
    twice = block("@ The Long Night", BRANCH_ACTS) * 2
    beside.write_text(twice, "utf-8")
    with pytest.raises(FileInvalid, match=r"mine\.txt:14: 'The Long Night' comes twice"):
        read_scripts(folder)

    beside.write_text(block("@ Another", BRANCH_ACTS), "utf-8")
    with pytest.raises(FileInvalid, match=r"mine\.txt:1: no script of .* is called 'Another'"):
        read_scripts(folder)


def test_what_is_no_text_or_too_much_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_bytes(b"@ a | b | c | d\ntitle: \xff\n")
    with pytest.raises(FileInvalid, match=r"mine\.txt:2: is not UTF-8"):
        read_scripts(tmp_path)

    (tmp_path / "mine.txt").write_bytes(b" " * (scripts_module.BYTES_HIGH + 1))
    with pytest.raises(FileInvalid, match="split it into several"):
        read_scripts(tmp_path)


def test_a_folder_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match="no such folder"):
        read_scripts(tmp_path / "nowhere")
    with pytest.raises(FileInvalid, match=r"holds 0 \.txt files"):
        read_scripts(tmp_path)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_at_the_door(text: str) -> None:
    try:
        blocks_of(text, "mine.txt")
    except FileInvalid as problem:
        assert str(problem).startswith("mine.txt:")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Bring a {item}.", 'write "the {item}"'),
        ("Bring me this {items}.", '{items} are several; leave out "this"'),
        ("Go to the {place}.", 'leave out "the": {place} is a name'),
        ("Meet me at in {place}.", 'leave out "at"'),
        ("I pay {gold} crowns.", 'leave out "crowns"'),
        ("Fetch {count} {item}.", "use the plural instead of {item}"),
        ("Go to {town}.", "slot {town} is not known"),
        ("Kill the {enemy}.", "steal_item never has a {enemy}"),
        ("A [b]bold[/b] word.", "[ ] / may be markup"),
        ("Divert to -> home.", "> may be markup"),
        ("A broken {item slot.", "{ may be markup"),
        ("Two  spaces.", "two spaces"),
        ("Well, d4mn it.", "rating 'teen' allows it"),
        ("Long. " * 40, "at most 220 fit"),
        ("Give it to Gregory.", "'Gregory' names what no world may know"),
        ("The widow Marsh is waiting.", "'Marsh' names what no world may know"),
        ("Harold said so.", "'Harold' names what no world may know"),
        ("Nobody goes down Tanner Street.", "'Tanner' names"),
    ],
)
def test_lint_says_what_is_wrong_with_a_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "mine.txt").write_text(block(greet=line), "utf-8")

    found = [str(finding) for finding in lint_files([tmp_path])]

    assert any(message in finding and "mine.txt:4: greet: " in finding for finding in found), found


@pytest.mark.parametrize(
    "line",
    [
        "By Michaelmas, or on Sundays in May, I'd say.",
        "Yes, Captain {npc}. Aye, Mother. As you wish, Your Grace.",
        "It was in Latin, God help us, and READ in plan B.",
        "The sign said 'Out of stock.' He said, 'Then there's time.' Well: Good.",
        "There's lightning com- Well, I'll be.",
    ],
)
def test_lint_passes_capitals_that_name_nobody(tmp_path: Path, line: str) -> None:
    (tmp_path / "mine.txt").write_text(block(greet=line), "utf-8")

    assert lint_files([tmp_path]) == []


def test_a_title_may_have_capitals_and_no_names(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text(block(title="The Long Road Home"), "utf-8")
    assert lint_files([tmp_path]) == []

    (tmp_path / "mine.txt").write_text(block(title="A Party for Agnes"), "utf-8")
    (finding,) = lint_files([tmp_path])
    assert "title: 'Agnes' names" in finding.message


def test_lint_refuses_a_folder_without_scripts(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match=r"holds no \.txt files"):
        lint_files([tmp_path])


def test_lint_finds_everything_and_not_only_the_first(tmp_path: Path) -> None:
    text = (
        block("@ juggling | jolly | clown | circus", ACTS[:-2])
        + "offer: More.\nsigh: Oh.\n"
        + block()
        + block()
    )
    (tmp_path / "mine.txt").write_text(text, "utf-8")

    found = " ".join(str(finding) for finding in lint_files([tmp_path / "mine.txt"]))

    for words in (
        "strategy 'juggling'", "tone 'jolly'", "genre 'circus'", "missing: fail, bark", "'offer' comes twice",
        "'sigh' is not known", "comes twice in this file", "says the same",
    ):  # fmt: skip
        assert words in found


def test_own_scripts_with_findings_are_not_used(folder: Path) -> None:
    (folder / "mine.txt").write_text(block(title="The Long Night", offer="Go to {town}."), "utf-8")

    with pytest.raises(FileInvalid, match=r"mine\.txt:5: offer: slot \{town\} is not known"):
        own_scripts(folder)
