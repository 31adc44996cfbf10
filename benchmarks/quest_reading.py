"""A sheet of quests as a player reads them, every line with a number to judge it by.

Run: ``.venv/bin/python benchmarks/quest_reading.py --source authored --count 50 -o sheet.md``. The quests are
those of quests.py: same requests, same seeds. Whoever judges writes a line a judgement into a file beside it
(``judgements.tsv``: number, mark, flags, remark); ``--count-up judgements.tsv`` adds them up.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from quest_requests import Ask, ask_of
from quests import SOURCES, Run
from record import SEED
from rich.progress import track

from playloom.errors import GenerationFailed, RequestInvalid
from playloom.kinds.quest.content import NARRATOR, PLAYER, Line, Quest
from playloom.kinds.quest.generator import QuestGenerator

RUBRIC = """# Quests to be read aloud: source {source}, seed {seed}

Read each quest from its beginning, as a player would, aloud where in doubt. Give every line one mark, and
flags that say why it lost any. Judge what stands there, not what may have been meant, and do not look up
where it comes from. Number .0 is the title.

| mark | meaning |
| --- | --- |
| 2 | A writer would keep it: it says something of this quest, in this voice. |
| 1 | Passes: right and dull, or a small slip that a player would read over. |
| 0 | Wrong: broken grammar, nonsense, or against what was said before. A player would stop. |

| flag | meaning |
| --- | --- |
| g | grammar, spelling, article, number |
| c | does not go with the lines before, or denies them |
| a | does not do what its act is for: a refusal that accepts, a hint that tells nothing |
| t | another tone or person than the rest of the quest |
| w | against the world: says of a person, place or thing what it is not |
| r | repeats what was said before, in other words |
| n | fluent and empty: could stand in any quest |

Last, a mark for the whole quest (`12.Q`): 2 would be kept, 1 playable, 0 not to be shown.
One judgement a line, with tabs between number, mark, flags and remark: `12.7	1	g	a apple`.
"""
_ASIDES = {"bark": "overheard before", "progress": "on the way, to the giver", "later": "weeks after"}


def main() -> None:
    """Write a sheet, or add up judgements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", choices=SOURCES, default=SOURCES[0], help="of the words")
    parser.add_argument("--package", help="name or folder of a model package; source model needs one")
    parser.add_argument("--count", type=int, default=50, help="quests; default: 50")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the sheet; default: printed")
    parser.add_argument("--blind", action="store_true", help="leave the name of the source out")
    parser.add_argument("--count-up", type=Path, metavar="FILE", help="add up judgements instead")
    arguments = parser.parse_args()
    if arguments.count_up:
        print(counted_up(arguments.count_up))
        return
    run = Run(arguments.source, arguments.package, arguments.seed, "")
    shown = "not told" if arguments.blind else arguments.source
    text = RUBRIC.format(source=shown, seed=arguments.seed) + "".join(
        "\n".join(told(number, quest, generator)) + "\n"
        for number, quest, generator in made(run, arguments.count)
    )
    if arguments.output:
        arguments.output.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


def made(run: Run, count: int) -> Iterator[tuple[int, Quest, QuestGenerator]]:
    """Yield quests of the requests of quests.py, picked evenly so that strategies, tones and worlds vary."""
    generators = run.generators()
    step = 41  # no divisor of the turns of worlds, strategies and tones
    for number in track(range(count), "making quests"):
        ask = run.wished(ask_of(number * step, run.seed))
        quest = _generated(ask, generators[ask.world])
        if quest is not None:
            yield number + 1, quest, generators[ask.world]


def _generated(ask: Ask, generator: QuestGenerator) -> Quest | None:
    for each in (ask, ask.loosened()):
        try:
            return generator.generate(each.request)
        except RequestInvalid:
            continue
        except GenerationFailed as problem:
            print(f"{ask}: {problem}", file=sys.stderr)
            break
    return None


def told(number: int, quest: Quest, generator: QuestGenerator) -> Iterator[str]:
    """Yield a quest as Markdown: who and where, then every line in the order of play."""
    world, giver = generator.world, generator.world.person(quest.giver)
    yield f"\n## `{number}.0` {quest.title}\n"
    yield (
        f"{world.name}. {giver.name}, {giver.role}; {giver.persona}. Tone: {quest.tone}. "
        f"What for: {quest.strategy.replace('_', ' ')}.\n"
    )
    place = 0
    for heading, lines in _parts(quest):
        yield f"*{heading}*\n"
        for act, line in lines:
            place += 1
            yield f"- `{number}.{place}` {_who(line, quest)}{line.text} ({act})"
        yield ""


def _parts(quest: Quest) -> Iterator[tuple[str, list[tuple[str, Line]]]]:
    """Yield the journal, the scenes of the story, then what is heard besides."""
    yield "Journal", [("journal", one.line) for one in quest.objectives]
    aside = [entry.scene for entry in quest.entries]
    for scene in quest.scenes:
        if scene.id in aside:
            continue
        where = quest.names.get(scene.place or "", "")
        ending = f", the end: {scene.ending}" if scene.ending else ""
        lines = [(line.act, line) for line in scene.lines]
        lines += [(f"choice, to {choice.to.replace('_', ' ')}", choice.line) for choice in scene.choices]
        if lines:
            yield f"{scene.id.replace('_', ' ')}{f', at {where}' if where else ''}{ending}", lines
    for name in dict.fromkeys(aside):
        lines = [(line.act, line) for line in quest.scene(name).lines]
        yield _ASIDES.get(name, name.replace("_", " ")), lines


def _who(line: Line, quest: Quest) -> str:
    if line.speaker == NARRATOR:
        return ""
    return "**You:** " if line.speaker == PLAYER else f"**{quest.names.get(line.speaker, line.speaker)}:** "


def counted_up(path: Path) -> str:
    """Return how often each mark and flag was given, of lines and of whole quests.

    Raises:
        SystemExit: If a line of the file is no judgement; names it.
    """
    lines, quests, flags = Counter[str](), Counter[str](), Counter[str]()
    for number, row in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not row.strip() or row.startswith("#"):
            continue
        cells = row.split("\t")
        where = cells[0].partition(".")
        if len(cells) < 2 or cells[1] not in ("0", "1", "2") or not where[0].isdigit():
            sys.exit(f"{path}:{number}: found {row[:40]!r}, expected number<TAB>mark<TAB>flags<TAB>remark")
        (quests if where[2] == "Q" else lines)[cells[1]] += 1
        if where[2] != "Q" and len(cells) > 2:
            flags.update(cells[2])
    return "\n".join(
        [
            *(f"{name}: {_marks(found)}" for name, found in (("lines", lines), ("quests", quests))),
            "flags: " + (", ".join(f"{flag} {count}" for flag, count in flags.most_common()) or "none"),
        ]
    )


def _marks(found: Counter[str]) -> str:
    total = found.total()
    if not total:
        return "none judged"
    each = ", ".join(f"{mark}: {found[mark]} ({found[mark] / total:.1%})" for mark in ("2", "1", "0"))
    return f"{total} judged; {each}; mean {sum(int(mark) * n for mark, n in found.items()) / total:.2f}"


if __name__ == "__main__":
    main()
