"""Quests with a model's words: checked like any other, the same again, and never worse than their script."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import quest_models as models

import playloom
import playloom.api.quest_making
from playloom.cli import main
from playloom.errors import KindUnknown, RequestInvalid
from playloom.kinds.quest.check import check
from playloom.kinds.quest.content import Quest, QuestRequest
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.realiser.package import PackageRealiser
from playloom.kinds.quest.realiser.prompt import Setting
from playloom.kinds.quest.realiser.telling import Candidate
from playloom.kinds.quest.realiser.wording import Event
from playloom.kinds.quest.scripts import ACTS, shipped_scripts
from playloom.kinds.quest.world_file import example_world
from playloom.package import Package


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that writes words."""
    return models.package(tmp_path_factory.mktemp("models") / "counts", models.counted())


@pytest.fixture(scope="module")
def realiser(folder: Path) -> PackageRealiser:
    return PackageRealiser(Package.open(folder))


def made(realiser: Any, world: str = "thornford", own: Sequence[Any] = (), **wishes: Any) -> Quest:
    return QuestGenerator(example_world(world), own, realiser).generate(QuestRequest(**wishes))


def told(quest: Quest) -> dict[str, Any]:
    assert quest.evidence is not None
    return dict(quest.evidence.details["model"])


@pytest.mark.parametrize("source", ["mixed", "model"])
@pytest.mark.parametrize("world", ["thornford", "halcyon"])
def test_a_model_adds_to_a_quest_that_still_holds(realiser: PackageRealiser, source: str, world: str) -> None:
    quest = made(realiser, world, seed=4, source=source, candidates=2)
    written = [line for line in quest.lines() if line.source.startswith("model:counts-0.1.0/")]
    evidence = quest.evidence

    assert check(quest, example_world(world)).passed
    assert evidence is not None and evidence.sources["model"] == len(written) > 0
    assert told(quest)["written"] >= len(written) and told(quest)["promise"] == "everywhere"
    assert quest.request["source"] == source


def test_the_same_request_gives_the_same_words(realiser: PackageRealiser, folder: Path) -> None:
    again = PackageRealiser(Package.open(folder))
    wishes = {"seed": 8, "source": "model", "candidates": 2}

    assert made(realiser, **wishes) == made(again, **wishes)
    assert made(realiser, **wishes) != made(realiser, **{**wishes, "seed": 9})


def test_a_model_of_noise_leaves_the_words_as_they_were(tmp_path: Path) -> None:
    noise = PackageRealiser(Package.open(models.package(tmp_path / "noise", models.drawn(1))))

    plain, quest = made(None, seed=5), made(noise, seed=5, source="model", candidates=2)

    assert [line.text for line in quest.lines()] == [line.text for line in plain.lines()]
    assert told(quest)["written"] == (quest.title != plain.title)  # a title need make no sense
    assert {"greet", "offer", "farewell"} <= set(told(quest)["failed"])


def test_a_model_that_is_not_fluent_chooses_among_lines_of_people_and_writes_none(tmp_path: Path) -> None:
    package = models.package(tmp_path / "counts", models.counted(), fluent=False)
    quests = [made(PackageRealiser(Package.open(package)), seed=seed, source="mixed") for seed in range(6)]

    lines = [line for quest in quests for line in quest.lines()]
    assert {line.source.partition(":")[0] for line in lines} == {"authored", "steps"}
    assert lines != [line for seed in range(6) for line in made(None, seed=seed).lines()]
    assert all(told(quest)["written"] == told(quest)["asked"] == 0 for quest in quests)


def test_a_quest_of_scripts_says_nothing_of_models(realiser: PackageRealiser) -> None:
    assert made(realiser, seed=5) == made(None, seed=5)
    assert not {"source", "candidates"} & made(realiser, seed=5).request.keys()


def test_a_script_without_other_ways_gets_them(realiser: PackageRealiser, tmp_path: Path) -> None:
    (script,) = [one for one in shipped_scripts() if one.id == "cosy-000"]
    lines = "\n".join(f"{act}: {script.lines[act]}" for act in ACTS)
    head = f"@ {script.strategy} | {script.tone} | {script.persona} | fantasy"
    (tmp_path / "plain.txt").write_text(f"{head}\n{lines}\n", "utf-8")
    world = example_world("thornford")
    generator = playloom.api.quest_making.quest_generator(world, tmp_path, realiser=realiser)
    others = [one for one in generator.scripts if one.id != script.id]
    generator.scripts = tuple(replace(one, needs=()) for one in others)  # their lines are to be had

    def endings(seed: int, source: str) -> set[str]:
        """Return the endings where the plain script is told, else none."""
        wishes = QuestRequest(strategy=script.strategy, tone=script.tone, seed=seed, source=source)
        evidence = generator.generate(wishes).evidence
        assert evidence is not None
        return set(evidence.endings) if evidence.details["script"] == "plain-000" else set()

    seed = next(seed for seed in range(20) if endings(seed, "authored"))
    assert endings(seed, "authored") == {"declined", "done", "failed"}
    assert endings(seed, "mixed") == {"declined", "done", "failed", "sided", "lied", "kept"}


class _Namer:
    """Writes a name that is in no world, whatever is asked for."""

    label, exact, fluent = "namer-1", False, True

    def begin(self, setting: Setting, fillings: Any = None) -> "_Namer":
        return self

    def write(self, *_: Any, **__: Any) -> list[Candidate]:
        return [Candidate("Ask your neighbour Harold.", 1, "kept")]

    def rank(self, act: str, texts: Sequence[str], step: str = "") -> list[int]:
        return [0] * len(texts)

    def add(self, *_: Any, **__: Any) -> None:
        pass


def test_words_that_fail_the_check_are_the_scripts_again() -> None:
    quest = made(_Namer(), seed=5, source="model")

    assert [line.text for line in quest.lines()] == [line.text for line in made(None, seed=5).lines()]
    assert told(quest)["refused"] and told(quest)["promise"] == "machine"


def test_lines_are_heard_as_they_grow(folder: Path) -> None:
    heard: list[Event] = []

    quest = playloom.quest(seed=3, source="model", candidates=1, package=folder, listen=heard.append)
    final = {event.text for event in heard if event.done}

    assert final >= {line.text for line in quest.lines() if line.source.startswith("model:")}
    assert sum(not event.done for event in heard) > len(final)
    assert not any("{" in event.text for event in heard)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"source": "mixed"}, "there is no model to write"),
        ({"source": "poet"}, "source is 'poet'; choose authored, mixed, model"),
        ({"candidates": 0}, "candidates is 0; choose 1 to 16"),
        ({"candidates": True}, "candidates is True"),
    ],
)
def test_what_cannot_be_is_refused(wishes: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestInvalid, match=message):
        made(None, **wishes)


def test_a_package_is_found_or_refused_by_name() -> None:
    with pytest.raises(KindUnknown, match="no quest package is called 'nosuch'"):
        playloom.quest(source="model", package="nosuch")
    with pytest.raises(RequestInvalid, match="package is 3"):
        playloom.quest(source="model", package=3)  # type: ignore[arg-type]


def test_the_command_writes_with_a_model(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str | Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(["quest", "--seed", "3", *map(str, arguments)])
        told = capsys.readouterr()
        return int(left.value.code or 0), told.out + told.err

    with_model = ("--source", "model", "--package", folder)
    code, out = run(*with_model, "--stream", "-o", tmp_path / "a.json", "-o", tmp_path / "a.ink")
    assert code == 0 and "\ngreet: " in out
    assert run(*with_model, "--candidates", "1", "-q", "-o", tmp_path / "b.json") == (0, "")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert b"model:counts-0.1.0/" in (tmp_path / "a.json").read_bytes()

    code, out = run("--package", folder)
    assert code == 2 and "add --source mixed or model" in out
