"""`playloom train quest`: dialogue, training, export, card."""

import hashlib
import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console

from playloom.kinds.quest.realiser.vocabulary import Vocabulary
from playloom.library import Library
from playloom.package import Dataset, Metric, Package, check_target
from playloom_train import checkpoints, ranks
from playloom_train.bars import TrainingBar
from playloom_train.kinds.quest import own
from playloom_train.kinds.quest.batches import Batches, Row
from playloom_train.kinds.quest.corpus import (
    SCRIPT_INDEX,
    Document,
    of_split,
    read_corpus,
    step_lines_spoken,
)
from playloom_train.kinds.quest.export import TOKENIZER_FILE, Making, export, reread
from playloom_train.kinds.quest.presets import preset, shape_for
from playloom_train.kinds.quest.stage import WriterStage, nats_of
from playloom_train.kinds.quest.tokens import learn
from playloom_train.kinds.quest.writer import WriterNet
from playloom_train.licences import admit, stated_licence
from playloom_train.splits import HELDOUT, TRAIN, VAL
from playloom_train.training import Progress, train_stage

ANEW = "nothing"  # says that a run starts from no package
USUAL = "quests"  # the package to go on from, where it is in the library
_MEASURED = 24  # documents whose likelihood is measured of each source


@dataclass(frozen=True, kw_only=True)
class Run:
    """The options of a run."""

    output: Path
    name: str
    folder: Path  # of the checkpoint
    start: str | None  # a package, `ANEW`, or None: what fits the data
    minutes: float | None
    steps: int | None
    seed: int
    resume: bool
    version: str
    summary: str | None
    allow: tuple[str, ...] = ()  # licences taken all the same, see `licences`


@dataclass(frozen=True)
class Start:
    """A network to train and its words."""

    net: WriterNet
    vocabulary: Vocabulary
    tokenizer: bytes
    package: Package | None  # whose network it is


def train(paths: Sequence[Path], names: Path | None, licence: str | None, run: Run) -> Package | None:
    """Read the dialogue, train, write the package; of several processes all but the first return None."""
    check_target(run.output)
    checkpoints.check_fresh(run.folder, resume=run.resume)
    with ranks.together():
        console = Console(stderr=True, quiet=ranks.rank() > 0, highlight=False)
        checkpoints.tell(run.folder, "--resume", console)
        default = len(paths) == 1 and (paths[0] / SCRIPT_INDEX).is_file()
        licence = stated_licence(paths, licence)
        documents = read_corpus(paths[0]) if default else own.documents(paths, names, licence, console)
        start = _start(documents, default, run)
        admit(_licensed(documents, start), run.allow)
        if start.package is not None:
            console.print(f"going on from {start.package.manifest.name} {start.package.manifest.version}")
        batches = Batches(of_split(documents, TRAIN), step_lines_spoken(), start.vocabulary)
        net, progress = _trained(batches, documents, start, run, console)
        if ranks.rank() > 0:
            return None
    making = _making(paths, documents, start, run, progress)
    metrics = _measured(net, batches, documents, progress)
    package = export(net, start.tokenizer, run.output, making, metrics)
    console.print(
        f"wrote {package.root}: {package.manifest.name} {package.manifest.version}; "
        "torch and ONNX Runtime agree to the last bit"
    )
    return package


def _start(documents: Sequence[Document], default: bool, run: Run) -> Start:
    """Return what to go on from: words and network of a package, or new ones."""
    library = Library.default()
    known = any(manifest.name == USUAL for _, manifest in library.manifests("quest"))
    chosen = run.start or (USUAL if known and not default else ANEW)
    torch.manual_seed(run.seed)
    if chosen != ANEW:
        package = library.find(chosen, "quest")
        tokenizer = package.read(TOKENIZER_FILE)
        return Start(reread(package), Vocabulary.from_bytes(tokenizer, TOKENIZER_FILE), tokenizer, package)
    kept = run.folder / TOKENIZER_FILE
    if run.resume and kept.is_file():
        tokenizer = kept.read_bytes()
        vocabulary = Vocabulary.from_bytes(tokenizer, str(kept))
    else:
        vocabulary, tokenizer = learn(of_split(documents, TRAIN))
        if ranks.rank() == 0:
            run.folder.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(tokenizer)
    words = sum(len(line.text.split()) for one in of_split(documents, TRAIN) for line in one.lines)
    return Start(WriterNet(shape_for(words, vocabulary.size)), vocabulary, tokenizer, None)


def _trained(
    batches: Batches, documents: Sequence[Document], start: Start, run: Run, console: Console
) -> tuple[WriterNet, Progress]:
    gpu = torch.cuda.is_available()
    how = preset(minutes=run.minutes, steps=run.steps, tuning=start.package is not None, gpu=gpu)
    stage = WriterStage(batches, _watched(documents), start.net, how.rows, run.seed)

    with TrainingBar(f"training {stage.what}", console, run.folder) as bar:

        def told(progress: Progress, share: float, figures: dict[str, float]) -> None:
            said = ", ".join(f"{value:.3f} nats {name}" for name, value in figures.items())
            bar(share, f"step {progress.step}, {said}")

        nets, progress = train_stage(stage, how.pace, run.folder, resume=run.resume, report=told)
    trained = nets["writer"].eval()
    assert isinstance(trained, WriterNet)
    return trained, progress


def _watched(documents: Sequence[Document]) -> list[Document]:
    """Return a few documents to watch in training: scripts, or whatever is set aside."""
    aside = of_split(documents, VAL)
    return ([one for one in aside if one.script] or aside)[:10]


def _measured(
    net: WriterNet, batches: Batches, documents: Sequence[Document], progress: Progress
) -> tuple[Metric, ...]:
    """Return how likely what was set aside is to the network, by source."""
    found = []
    for split in (HELDOUT, VAL):
        by_source: dict[str, list[Row]] = {}
        for one in of_split(documents, split):
            rows = by_source.setdefault(one.source, [])
            if len(rows) < _MEASURED:
                rows.append(batches.row(one.setting, one.lines))
        for source, rows in sorted(by_source.items()):
            with torch.no_grad():
                nats = nats_of(net, rows)
            how = f"mean over the text of {len(rows)} {split} documents, told act, slots and what went before"
            found.append(Metric(f"{source}, {split}: nats a token", round(nats, 4), how))
    if progress.floating:
        before = next(iter(progress.floating.values()))
        after = next(iter(progress.figures.values()), before)
        how = "of the documents watched; training goes on in between, at a low rate"
        found.append(Metric("nats a token before the network was put on the grid", round(before, 4), how))
        found.append(Metric("nats a token on the grid, at the end", round(after, 4), how))
    return tuple(found)


def _making(
    paths: Sequence[Path], documents: Sequence[Document], start: Start, run: Run, progress: Progress
) -> Making:
    trained = of_split(documents, TRAIN)
    licences = sorted({one.licence for one in trained})
    length = f"--steps {run.steps}" if run.steps else f"--minutes {progress.seconds / 60:.1f}"
    named = " ".join(path.name for path in paths)
    datasets = _datasets(trained)
    training: dict[str, str | int | float] = {
        "command": f"playloom train quest {named} {length} --seed {run.seed}",
        "seed": run.seed,
        "code": f"playloom {importlib.metadata.version('playloom')}",
        "steps": progress.step,
        "rows": progress.images,
        "minutes": round(progress.seconds / 60, 1),
        **admit(_licensed(documents, start), run.allow),
    }
    if start.package is not None:
        begun = start.package.manifest
        training["from"] = f"{begun.name} {begun.version}"
        known = {one.name for one in datasets}
        datasets += tuple(one for one in begun.card.datasets if one.name not in known)
        licences = sorted({*licences, *(one.licence for one in datasets)})
    return Making(
        name=run.name,
        version=run.version,
        licence=licences[0] if len(licences) == 1 else "that of the data: " + ", ".join(licences),
        summary=run.summary or f"Writes and ranks lines of quests; learnt from {len(trained)} documents.",
        datasets=datasets,
        training=training,
    )


def _licensed(documents: Sequence[Document], start: Start) -> set[tuple[str, str]]:
    """Return name and licence of all that a network has learnt of in the end."""
    begun = start.package.manifest.card.datasets if start.package else ()
    return {(one.source, one.licence) for one in documents} | {(one.name, one.licence) for one in begun}


def _datasets(documents: Sequence[Document]) -> tuple[Dataset, ...]:
    """Return what was learnt from, by source, with a hash of what it says."""
    by_source: dict[tuple[str, str], list[Document]] = {}
    for one in documents:
        by_source.setdefault((one.source, one.licence), []).append(one)
    found = []
    for (source, licence), each in sorted(by_source.items()):
        digest = hashlib.sha256()
        for document in each:
            for line in document.lines:
                digest.update(f"{line.act}\t{line.text}\n".encode())
        count = sum(len(one.lines) for one in each)
        found.append(
            Dataset(name=source, source=source, licence=licence, count=count, sha256=digest.hexdigest())
        )
    return tuple(found)
