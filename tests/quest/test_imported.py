"""A language model that a developer brings: read, run, held to the plan's names, turned into whole quests."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")

from quest_imports import SHAPE, exported, llama, taught, write_folder  # noqa: E402

from playloom.api.quest_making import quest_generator, quest_realiser  # noqa: E402
from playloom.kinds.quest.check import check  # noqa: E402
from playloom.kinds.quest.content import QuestRequest  # noqa: E402
from playloom.kinds.quest.imported.folder import ModelFolder, open_folder  # noqa: E402
from playloom.kinds.quest.imported.naming import Reading  # noqa: E402
from playloom.kinds.quest.realiser.constraint import Rules  # noqa: E402
from playloom.kinds.quest.realiser.lexicon import lexicon_of  # noqa: E402
from playloom.kinds.quest.realiser.prompt import Setting  # noqa: E402
from playloom.kinds.quest.slots import SLOTS, Filling  # noqa: E402
from playloom.seeds import Stream  # noqa: E402

PLAYLOOM = Path(sys.executable).with_name("playloom")
WORDS = lexicon_of(())
NAMES = {"npc": "Mira", "target": "Mirabel Oak", "item": "silver key", "place": "Coldmine", "count": "three"}
FILLINGS = {slot: Filling(text, SLOTS[slot]) for slot, text in NAMES.items()}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("imported") / "tiny-llama")


@pytest.fixture(scope="session")
def opened(folder: Path) -> ModelFolder:
    return open_folder(folder)


def read(text: str, *must: str, pieces: int = 3) -> str | None:
    """Return a text as a template, spelt a few letters at a time."""
    rules = Rules(WORDS, frozenset(NAMES), frozenset(must))
    reading: Reading | None = Reading.begin(rules, FILLINGS)
    for place in range(0, len(text), pieces):
        reading = reading.add(text[place : place + pieces]) if reading else None
    draft = reading.finished() if reading else None
    return None if draft is None else draft.text


def test_its_logits_are_those_of_torch(opened: ModelFolder) -> None:
    ids = np.random.default_rng(1).integers(1, SHAPE.vocabulary, 20)
    with torch.no_grad():
        mask, places = torch.ones(1, 20, dtype=torch.int64), torch.arange(20)[None]
        expected = llama()(torch.tensor(ids)[None], mask, places, *llama().empty())[0][0, -1].numpy()

    memory = opened.model.read(ids.tolist())

    # Logits are rounded to 1/32 nats on their way in.
    assert np.abs(memory.last[0] / 32 - expected).max() < 1 / 32


def test_read_token_by_token_it_says_what_it_says_at_once(opened: ModelFolder) -> None:
    ids = np.random.default_rng(2).integers(1, SHAPE.vocabulary, 20).tolist()
    whole = opened.model.read(ids)
    memory = opened.model.read(ids[:1])
    for token in ids[1:]:
        memory, _ = opened.model.advance(memory, [[token]])

    assert np.abs(memory.last - whole.last).max() <= 1  # a step of rounding


@pytest.mark.parametrize("pieces", [1, 2, 3, 7])
def test_names_become_slots_however_they_are_cut_into_tokens(pieces: int) -> None:
    assert read(" Bring the silver key to Coldmine.", pieces=pieces) == "Bring the {item} to {place}."
    assert read(" Mira, where is the silver key?", pieces=pieces) == "{npc}, where is the {item}?"
    assert read(" Ask Mirabel Oak.", pieces=pieces) == "Ask {target}."
    assert read(" It is Mira's.", pieces=pieces) == "It is {npc}'s."


def test_no_other_name_comes_out() -> None:
    assert read(" Bring it to Miranda.") is None
    assert read(" Bring it to Mirabel.") is None
    assert read(" Bring it to Gareth.") is None
    assert read(" Gareth has it.") is None


def test_common_words_of_a_name_may_be_said_alone() -> None:
    assert read(" There is silver in the water.") == "There is silver in the water."
    assert read(" Bring three of them.") == "Bring three of them."
    assert read(" Bring three of them.", "count") == "Bring {count} of them."


def test_a_line_does_not_end_without_what_it_must_name() -> None:
    assert read(" Bring it to me.", "item") is None
    assert read(" Bring the silver key to me.", "item") == "Bring the {item} to me."


def test_a_name_that_is_begun_can_only_be_finished() -> None:
    reading = Reading.begin(Rules(WORDS, frozenset(NAMES)), FILLINGS).add(" Go to Mirabe")
    assert reading is not None
    assert reading.rests == ("l Oak",)


@pytest.mark.parametrize("source", ["model", "mixed"])
def test_random_weights_make_a_whole_quest_that_passes_every_check(folder: Path, source: str) -> None:
    realiser = quest_realiser(model=folder)
    generator = quest_generator("thornford", realiser=realiser)
    request = QuestRequest(seed=3, source=source, candidates=1, depth=0)

    quest = generator.generate(request)
    again = generator.generate(request)

    assert check(quest, generator.world).passed
    assert quest.lines() == again.lines()
    assert quest.evidence is not None
    told = quest.evidence.details["model"]
    assert told["promise"] == "machine"
    assert told["package"].startswith("tiny-llama-")
    assert told["asked"] >= 5
    assert told["written"] + told["kept"] + len(told["failed"]) > 0


def test_two_seeds_are_two_quests(folder: Path) -> None:
    generator = quest_generator("thornford", realiser=quest_realiser(model=folder))
    wish = {"source": "model", "candidates": 1, "strategy": "spy", "depth": 0}

    one, other = (generator.generate(QuestRequest(seed=seed, **wish)) for seed in (1, 2))

    assert one.lines() != other.lines()


def test_a_taught_model_writes_lines_that_keep_their_rules(tmp_path: Path) -> None:
    realiser = quest_realiser(model=write_folder(tmp_path / "taught", exported(taught)))
    telling = realiser.begin(Setting("spy", "wry", "fantasy", "smith", tuple(NAMES)), FILLINGS)

    def streams() -> list[Stream]:
        return [Stream(seed, "taught") for seed in range(4)]

    rules = {
        "greet": Rules(WORDS, frozenset(NAMES), high=90),
        "offer": Rules(WORDS, frozenset(NAMES), frozenset(["item"]), high=140),
    }

    found = {act: telling.write(act, rule, streams()) for act, rule in rules.items()}

    assert found["greet"]
    assert all("{item}" in one.text for one in found["offer"])
    for act, one in ((act, one) for act, every in found.items() for one in every):
        assert len(one.text) <= rules[act].high
        assert one.text[-1] in '.?!"'
        assert not any(name in one.text for name in ("Mira", "Coldmine", "silver key"))
    assert found["greet"] == telling.write("greet", rules["greet"], streams())


def test_the_command_writes_a_quest_with_it(folder: Path, tmp_path: Path) -> None:
    options = ["--source", "model", "--model", folder, "--candidates", "1", "--depth", "0", "--seed", "2"]
    made = subprocess.run(
        [PLAYLOOM, "quest", *options, "--json", "-o", "tale.ink"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["evidence"]["details"]["model"]["package"].startswith("tiny-llama-")
    assert (tmp_path / "tale.ink").is_file()


@pytest.mark.parametrize(
    ("options", "saying"),
    [
        (["--model", "."], "add --source mixed or model"),
        (["--source", "model", "--model", ".", "--package", "quests"], "only one can write"),
        (["--source", "model", "--model", "."], "model.onnx: is missing"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, options: list[str], saying: str) -> None:
    made = subprocess.run(
        [PLAYLOOM, "quest", *options], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert made.returncode == 2
    assert saying in " ".join(made.stderr.split())
