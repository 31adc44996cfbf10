"""`playloom evaluate quest` on a package of random weights: what is known of it by hand, and the command."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra train is not installed")

from small_writers import small_vocabulary, small_writer

from playloom.cli import main
from playloom.kernels.chance import FINE, GRID
from playloom.kinds.quest.realiser import prompt
from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom.kinds.quest.scripts import Script, shipped_scripts
from playloom.kinds.quest.slots import slots_of
from playloom.package import Package
from playloom.seeds import Stream
from playloom_train.kinds.quest import corpus
from playloom_train.kinds.quest.corpus import Document, Spoken, of_script
from playloom_train.kinds.quest.evaluation import page, tables
from playloom_train.kinds.quest.evaluation.figures import (
    FREE,
    HELD,
    NGRAM,
    SEEDS,
    USED,
    metrics,
)
from playloom_train.kinds.quest.evaluation.likelihood import likelihoods, nats_of, ngrams_of
from playloom_train.kinds.quest.evaluation.ranking import OTHERS, ranked
from playloom_train.kinds.quest.evaluation.rows import before, rows_of
from playloom_train.kinds.quest.evaluation.run import Findings, Plan, evaluate
from playloom_train.kinds.quest.evaluation.sampling import Place, places_of
from playloom_train.kinds.quest.export import Making, export
from playloom_train.splits import HELDOUT, TRAIN, VAL

SPLITS = (TRAIN, TRAIN, VAL, HELDOUT)  # scripts in turn


@cache
def some_scripts() -> tuple[Script, ...]:
    """Return scripts enough that an act has others to choose from."""
    return shipped_scripts()[::12]


@cache
def documents() -> tuple[Document, ...]:
    scripts = [of_script(one, SPLITS[n % len(SPLITS)]) for n, one in enumerate(some_scripts())]
    seeds = [Spoken("offer", "Bring me the {item} from {place}."), Spoken("farewell", "Safe roads.")]
    held = Document("talk", "some-talk", "CC0-1.0", HELDOUT, (Spoken("line", "Who goes there?"),))
    return (*scripts, Document("seeds", "seed-cc0", "CC0-1.0", TRAIN, tuple(seeds)), held)


def split(name: str) -> list[Document]:
    return [one for one in documents() if one.split == name]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that anybody may read and nobody may change."""
    place = tmp_path_factory.mktemp("evaluate") / "voice"
    export(small_writer(), small_vocabulary()[1], place, Making("voice", "1.0.0", "CC0-1.0", "x", (), {}))
    return place


@pytest.fixture(scope="module")
def realiser(folder: Path) -> PackageRealiser:
    return PackageRealiser(Package.open(folder))


@pytest.fixture(scope="module")
def findings(folder: Path, realiser: PackageRealiser) -> Findings:
    shares: list[float] = []
    plan = Plan(lines=24, ranked=8)
    found = evaluate(realiser, Package.open(folder), documents(), plan, shares.append)
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)
    return found


# Text that is read


def test_every_line_stands_in_one_row_and_no_row_is_too_long(realiser: PackageRealiser) -> None:
    document, vocabulary = split(HELDOUT)[0], realiser.vocabulary
    rows = list(rows_of(vocabulary, document, 300))

    assert len(rows) > 1 and max(len(row.ids) for row in rows) <= 300
    told = [vocabulary.decode(np.array(row.ids)[row.judged].tolist()) for row in rows]
    assert "".join(told).replace(" ", "") == "".join(line.text for line in document.lines).replace(" ", "")
    assert sum(row.words for row in rows) == sum(len(line.text.split()) for line in document.lines)


def test_the_likelihood_of_a_row_is_that_of_its_lines_one_after_another(realiser: PackageRealiser) -> None:
    document = replace(split(HELDOUT)[0], lines=split(HELDOUT)[0].lines[:12])
    row = next(rows_of(realiser.vocabulary, document, realiser.context))
    memory, total = realiser.model.read(prompt.header(realiser.vocabulary, document.setting)), 0
    for line in document.lines:
        opening = prompt.opening(realiser.vocabulary, line.act, slots_of(line.text), line.step)
        text = [*realiser.vocabulary.encode(line.text), realiser.vocabulary.end]
        total += realiser.model.surprise(memory, [opening], [text])[0]
        memory, _ = realiser.model.advance(memory, [[*opening, *text]])

    assert nats_of(realiser, row) == pytest.approx(total / (GRID * FINE), abs=1e-9)


def test_counting_beats_random_weights_and_scripts_come_first(realiser: PackageRealiser) -> None:
    ngram = ngrams_of(realiser, split(TRAIN))
    found = likelihoods(realiser, split(HELDOUT), ngram, ngram)

    assert [one.source for one in found] == ["scripts", "some-talk"]
    assert found[0].ngram.a_word < found[0].writer.a_word
    assert found[0].writer.a_token == pytest.approx(np.log(realiser.vocabulary.size), abs=1.5)
    assert (found[1].writer.words, found[1].writer.documents) == (3, 1)


def test_what_does_not_fit_before_a_line_is_left_out_from_the_beginning(realiser: PackageRealiser) -> None:
    one = split(HELDOUT)[0]
    ids = before(realiser.vocabulary, one.setting, one.lines, 200)
    last = one.lines[-1]
    end = prompt.line(realiser.vocabulary, last.act, last.text, slots_of(last.text), last.step)

    assert len(ids) <= 200
    assert ids[-len(end) :] == end
    head = prompt.header(realiser.vocabulary, one.setting)
    assert before(realiser.vocabulary, one.setting, (), 200) == head == ids[: len(head)]


# Lines that are written


def test_lines_of_people_are_whole_and_those_by_rules_keep_them(findings: Findings) -> None:
    lines = findings.evaluation.lines
    assert list(lines) == [HELD, USED, FREE, NGRAM, SEEDS]
    held, used = lines[HELD], lines[USED]

    assert (held.ended, held.strange, held.lines_known) == (24, 0, 0)
    assert held.must[0] == held.must[1] > 0
    assert used.strange == 0
    for one in findings.shown[USED]:
        assert one.text is None or one.place.must <= slots_of(one.text) <= {*one.place.document.setting.slots}
    assert {one.text for one in findings.shown[SEEDS]} <= {"Bring me the {item} from {place}.", "Safe roads."}
    assert lines[SEEDS].lines_known == lines[SEEDS].lines > 0


def test_places_are_drawn_from_scripts_and_again_the_same() -> None:
    drawn = places_of(documents(), 10, Stream(3))

    assert drawn == places_of(documents(), 10, Stream(3)) != places_of(documents(), 10, Stream(4))
    assert all(one.document.script for one in drawn) and len(drawn) == 10
    assert places_of([], 10, Stream(3)) == []


def test_the_true_line_wins_where_it_alone_is_of_the_quest(realiser: PackageRealiser) -> None:
    class Telling:
        """Knows what was said, and prefers lines that share a word with it."""

        def __init__(self) -> None:
            self.said: list[str] = []

        def add(self, act: str, text: str, step: str = "") -> None:
            self.said.append(text)

        def rank(self, act: str, texts: list[str], step: str = "") -> list[int]:
            return [sum(word in " ".join(self.said) for word in text.split()) for text in texts]

    class Knowing:
        """The realiser, but for what it thinks of lines."""

        vocabulary, model, context = realiser.vocabulary, realiser.model, realiser.context

        def begin(self, setting: prompt.Setting) -> Telling:
            return Telling()

    def quest(number: int) -> Document:
        lines = (Spoken("greet", f"name{number}"), Spoken("offer", f"name{number}"))
        return Document(f"d{number}", "scripts", "", HELDOUT, lines, prompt.Setting("spy"))

    quests = [quest(number) for number in range(100, 100 + OTHERS + 1)]
    places = [Place(one, 1) for one in quests]
    found = ranked(Knowing(), places, quests, Stream(0))  # type: ignore[arg-type]

    assert found is not None
    assert (found.asked, found.writer, found.words) == (OTHERS + 1, OTHERS + 1, OTHERS + 1)
    assert ranked(Knowing(), places, quests[1:], Stream(0)).asked == 1  # type: ignore[arg-type,union-attr]
    assert ranked(Knowing(), [Place(quests[0], 0)], quests, Stream(0)) is None  # type: ignore[arg-type]


def test_the_page_and_tables_show_the_figures_and_run_nothing(findings: Findings) -> None:
    html = page.page(findings)

    assert html == page.page(findings)
    assert "<script" not in html and "http" not in html.replace("http-equiv", "")
    titles = [one.title for one in tables.tables(findings.evaluation)]
    assert titles[0] == "Lines in held-out scripts" and len(titles) == 3
    assert "first among 19" in titles[2]
    names = [one.name for one in metrics(findings.evaluation)]
    assert len(names) == len(set(names)) and not any("ms" in name.split() for name in names)
    assert findings.evaluation.machine is not None and findings.evaluation.machine.tokens_second > 0


# The command


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of dialogue data, with few scripts so that it is quickly learnt."""
    monkeypatch.setattr(corpus, "shipped_scripts", some_scripts)
    head = {"source": "x", "licence": "CC0-1.0"}
    index = [{"id": one.id, "split": SPLITS[n % len(SPLITS)]} | head for n, one in enumerate(some_scripts())]
    talk = [
        {"id": "t", "split": HELDOUT, "text": "Who goes there?"} | head,
        {"id": "u", "split": TRAIN, "text": "Nobody."} | head,
    ]
    folder = tmp_path / "dialogue"
    folder.mkdir()
    for name, records in (("authored_cc0", index), ("dialogue", talk), ("seed_cc0", talk[1:])):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    return folder


def left(command: list[str]) -> int | str | None:
    """Return the exit code."""
    with pytest.raises(SystemExit) as leaving:
        main(command)
    return leaving.value.code


def test_the_command_writes_page_figures_and_card(
    folder: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voice = tmp_path / "voice"
    voice.mkdir()
    for path in folder.iterdir():
        (voice / path.name).write_bytes(path.read_bytes())
    few = ("--lines", "4", "--ranked", "2", "--no-times", "--write-card", "--quiet", "--json")
    report = tmp_path / "report.html"

    command = ["evaluate", "quest", str(voice), "--data", str(data), *few, "-o", str(report)]
    assert left(command) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(report.with_suffix(".json").read_text())
    assert printed["lines"][HELD]["lines"] == 4 and printed["machine"] is None
    assert "held-out lines" in report.read_text()
    written = {one.name for one in Package.open(voice).manifest.card.metrics}
    assert "held-out scripts: nats a word" in written


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("voice",), 2, "--data"),
        (("voice", "--data", "nowhere"), 2, "nowhere"),
        (("nothing-here", "--data", "dialogue"), 2, "nothing-here"),
        (("topdown", "--data", "dialogue"), 2, "topdown"),
        (("voice", "--data", "dialogue", "-o", "page.txt"), 2, ".html"),
        (("voice", "--data", "empty"), 1, "authored_cc0.jsonl"),
    ],
)
def test_wrong_use_is_said_before_anything_is_measured(
    folder: Path,
    data: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(data.parent)
    (data.parent / "empty").mkdir()
    (data.parent / "voice").symlink_to(folder)

    assert left(["evaluate", "quest", *arguments]) == code
    assert said in capsys.readouterr().err
