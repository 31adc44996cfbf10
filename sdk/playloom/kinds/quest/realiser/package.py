"""The realiser of a model package: one graph `writer` and its vocabulary."""

from collections.abc import Sequence
from typing import Any

from playloom.errors import PackageInvalid
from playloom.graph import Graph
from playloom.kernels.chance import GRID
from playloom.kinds.quest.realiser import prompt
from playloom.kinds.quest.realiser.constraint import Rules
from playloom.kinds.quest.realiser.language_model import Ids, LanguageModel, Layout, Memory
from playloom.kinds.quest.realiser.prompt import CONTEXT, Setting
from playloom.kinds.quest.realiser.telling import Candidate, Fillings, Heard, Telling
from playloom.kinds.quest.realiser.vocabulary import Vocabulary
from playloom.kinds.quest.realiser.writer import TOKENS_HIGH, Choosing, Written, write
from playloom.kinds.quest.slots import slots_of
from playloom.manifest import GraphSpec
from playloom.package import Package
from playloom.seeds import Stream

GRAPH, TOKENIZER = "writer", "tokenizer"
ROWS_HIGH = 16  # lines written or judged at a time
_READ_AT_ONCE = 256  # tokens
_OPENING = 24  # tokens before a line's text, more than any has


class PackageRealiser:
    """Writes and ranks lines with a package. Holds no state between quests; safe to share between threads."""

    def __init__(self, package: Package) -> None:
        """Load the network.

        Raises:
            PackageInvalid: If graph, vocabulary or settings are not those of a quest package.
        """
        where, manifest = str(package.root), package.manifest
        graph = Graph.load(package, GRAPH)
        if TOKENIZER not in manifest.assets:
            raise PackageInvalid(f"{where}: has no asset {TOKENIZER!r}; export the package again")
        file = manifest.assets[TOKENIZER]
        self.vocabulary = Vocabulary.from_bytes(package.read(file), f"{where}/{file}")
        self.context = _context(package)
        layout = _layout(graph.spec, self.vocabulary.size, where)
        graph.prepare({"batch": ROWS_HIGH, "time": _READ_AT_ONCE, "past": self.context})
        self.model = LanguageModel(graph, layout)
        self.label = f"{manifest.name}-{manifest.version}"
        self.exact = manifest.exact
        self.fluent = manifest.settings.get("fluent") is True
        self.choosing = Choosing()

    def begin(self, setting: Setting, fillings: Fillings | None = None) -> Telling:
        """Begin a quest."""
        return _PackageTelling(self, setting)


class _PackageTelling:
    """Keeps what was said as tokens, of which the model has read a part."""

    def __init__(self, realiser: PackageRealiser, setting: Setting) -> None:
        self.realiser, self.model, self.vocabulary = realiser, realiser.model, realiser.vocabulary
        self.header = prompt.header(self.vocabulary, setting)
        self.begun = self.model.read(self.header)
        self.memory = self.begun
        self.unread: list[int] = []
        self.lines: list[list[int]] = []

    def write(
        self,
        act: str,
        rules: Rules,
        streams: Sequence[Stream],
        step: str = "",
        heard: Heard | None = None,
        fillings: Fillings | None = None,
    ) -> list[Candidate]:
        """Return lines that may come next, the best first, see `Telling`."""
        opening = prompt.opening(self.vocabulary, act, rules.must, step)
        memory = self._read(self._caught_up(), opening)
        written = write(
            self.model,
            self.vocabulary.pieces(),
            self.vocabulary.end,
            memory,
            rules,
            streams,
            self.realiser.choosing,
            heard,
            judged=len(streams) > 1,
        )
        found = {one.text.casefold(): one for one in written if one is not None}
        return self._scored(opening, list(found.values()))

    def rank(
        self, act: str, texts: Sequence[str], step: str = "", fillings: Fillings | None = None
    ) -> list[int]:
        """Return how well each text goes with what was said before, see `Telling`."""
        openings = [prompt.opening(self.vocabulary, act, slots_of(text), step) for text in texts]
        spoken = [[*self.vocabulary.encode(text), self.vocabulary.end] for text in texts]
        here = self.model.surprise(self._caught_up(), openings, spoken)
        anywhere = self.model.surprise(self.begun, openings, spoken)
        return [(other - mine) // len(text) for mine, other, text in zip(here, anywhere, spoken, strict=True)]

    def add(
        self, act: str, text: str, step: str = "", kept: Any = None, fillings: Fillings | None = None
    ) -> None:
        """Take a line as said, see `Telling`."""
        if isinstance(kept, Written):
            opening = prompt.opening(self.vocabulary, act, slots_of(text), step)
            self.lines.append([*opening, *kept.ids, self.vocabulary.end])
            self.memory, self.unread = kept.memory, [self.vocabulary.end]
            return
        line = prompt.line(self.vocabulary, act, text, slots_of(text), step)
        self.lines.append(line)
        self.unread += line

    def _scored(self, opening: Ids, written: Sequence[Written]) -> list[Candidate]:
        """Return lines with how well they go with what was said before, the best first."""
        if not written:
            return []
        spoken = [[*one.ids, self.vocabulary.end] for one in written]
        anywhere = [0] * len(written)
        if len(written) > 1:  # of one alone nothing has to be known
            anywhere = self.model.surprise(self.begun, [opening] * len(written), spoken)
        found = [
            Candidate(one.text, (other - one.surprise) // len(ids), one)
            for one, other, ids in zip(written, anywhere, spoken, strict=True)
        ]
        return sorted(found, key=lambda one: -one.score)

    def _caught_up(self) -> Memory:
        """Return the memory of all that was said, or of how it began and the last where that is too much."""
        room = self.realiser.context - TOKENS_HIGH - _OPENING
        if self.memory.tokens + len(self.unread) > room:
            share = (room - len(self.header)) // 3
            first = _fitting(self.lines, share)
            last = _fitting(self.lines[len(first) :][::-1], share)[::-1]
            self.lines = [*first, *last]
            self.memory, self.unread = self.begun, [token for line in self.lines for token in line]
        self.memory, self.unread = self._read(self.memory, self.unread), []
        return self.memory

    def _read(self, memory: Memory, ids: Ids) -> Memory:
        for start in range(0, len(ids), _READ_AT_ONCE):
            memory, _ = self.model.advance(memory, [ids[start : start + _READ_AT_ONCE]])
        return memory


def _fitting(lines: Sequence[list[int]], tokens: int) -> list[list[int]]:
    """Return the first lines that together have at most so many tokens."""
    found: list[list[int]] = []
    for line in lines:
        tokens -= len(line)
        if tokens < 0:
            break
        found.append(line)
    return found


class _QuestKind:
    name = "quest"

    def load(self, package: Package) -> PackageRealiser:
        """Return the realiser of a package."""
        return PackageRealiser(package)


KIND = _QuestKind()


def _context(package: Package) -> int:
    """Return how many tokens the graph can have read.

    Raises:
        PackageInvalid: If the settings do not say, or say what cannot be.
    """
    found = package.manifest.settings.get("context")
    low = 2 * (TOKENS_HIGH + _OPENING)
    if type(found) is not int or not low <= found <= 8 * CONTEXT:
        raise PackageInvalid(
            f"{package.root}: settings.context is {found!r:.40}; expected {low} to {8 * CONTEXT} tokens"
        )
    return found


def _layout(spec: GraphSpec, size: int, where: str) -> Layout:
    """Return the layout of a graph.

    Raises:
        PackageInvalid: If it is none that can be fed.
    """
    shapes = {tensor.name: tensor.shape for tensor in (*spec.inputs, *spec.outputs)}
    blocks = sum(name.startswith("past_key_values.") for name in shapes) // 2
    key = shapes.get("past_key_values.0.key", ())
    heads, width = (key[1], key[3]) if len(key) == 4 else ("none", "none")
    expected = {"input_ids", "attention_mask", "logits"}
    for number in range(blocks):
        for part in ("key", "value"):
            expected |= {f"past_key_values.{number}.{part}", f"present.{number}.{part}"}
    positions = "position_ids" in shapes
    if (
        shapes.keys() != expected | ({"position_ids"} if positions else set())
        or not isinstance(heads, int)
        or not isinstance(width, int)
    ):
        raise PackageInvalid(
            f"{where}: graph {GRAPH!r} has inputs and outputs {', '.join(shapes)[:200]}; expected input_ids, "
            "attention_mask, past_key_values.N.key and .value, logits, present.N.key and .value"
        )
    if shapes["logits"] != ("batch", "time", size):
        raise PackageInvalid(
            f"{where}: logits have shape {list(shapes['logits'])}; expected [batch, time, {size}], "
            "a number for each token of the vocabulary; export the package again"
        )
    return Layout(blocks, heads, width, positions, "float32", GRID)
