"""`playloom pack`: whether every reference of many packs leads somewhere, and broken ones are noticed.

Packs of all themes and genres, one after another in this process, each checked from its files; then one
reference of each is broken by lot, and the check must say so. What was done is kept and gone on with.
"""

import argparse
import contextlib
import io
import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any

from record import SEED, WORK, console, machine_record, save, show
from rich.progress import track

from playloom.api.world_sprites import PALETTES
from playloom.cli import main as command
from playloom.packing.check import check_pack
from playloom.packing.choosing import THEMES
from playloom.seeds import Stream

ROWS = WORK / "packs.jsonl"


def main() -> None:
    """Make, check and break packs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="begin there: two processes can share the work")
    parser.add_argument("--candidates", type=int, default=1, help="seeds tried for each sprite")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no further pack after so many")
    options = parser.parse_args()
    machine = machine_record()
    WORK.mkdir(exist_ok=True)
    known = [json.loads(line) for line in ROWS.read_text().splitlines()] if ROWS.exists() else []
    rows = {row["seed"]: row for row in known}
    began = time.monotonic()
    with ROWS.open("a") as file:
        for number in track(range(options.first, options.count), "packs", console=console):
            seed = SEED + number
            if seed in rows or time.monotonic() - began > 60 * options.minutes:
                continue
            rows[seed] = one_pack(seed, number, options.candidates, options.jobs)
            file.write(json.dumps(rows[seed]) + "\n")
            file.flush()
    chosen = [rows[SEED + number] for number in range(options.count) if SEED + number in rows]
    results = {"machine": machine, "candidates": options.candidates, **summary(chosen)}
    save("packs", results)
    show(
        "packs", ("what", "found"), [(key, str(value)) for key, value in results.items() if key != "machine"]
    )


def one_pack(seed: int, number: int, candidates: int, jobs: int) -> dict[str, Any]:
    """Make, check and break one pack."""
    genres = [*PALETTES]
    theme, genre = THEMES[number % len(THEMES)], genres[number // len(THEMES) % len(genres)]
    row: dict[str, Any] = {"seed": seed, "theme": theme, "genre": genre}
    with tempfile.TemporaryDirectory(prefix="playloom-packs-") as name:
        folder = Path(name) / "game"
        arguments = ["pack", f"Pack {seed}", "--seed", str(seed), "--theme", theme, "--genre", genre, "-q"]
        arguments += ["--candidates", str(candidates), "-j", str(jobs), "-o", str(folder)]
        cpu = time.process_time()
        row["code"], row["said"] = quietly(arguments)
        row["cpu_seconds"] = round(time.process_time() - cpu, 2)
        if not (folder / "pack.json").exists():
            return row
        found = check_pack(folder)
        row["references"] = sum(one.count for one in found)
        row["faults"] = [f"{one.file}: {one.text}" for one in found if not one.passed]
        index = json.loads((folder / "pack.json").read_text())
        row["quests"] = len(index["quests"])
        row["broken"] = break_one(folder, Stream(seed, "breaks"))
        row["noticed"] = any(not one.passed for one in check_pack(folder))
    return row


def quietly(arguments: list[str]) -> tuple[int, str]:
    """Run a command of Playloom; return its exit code and what it said of errors."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            command(arguments)
        except SystemExit as leaving:
            return int(str(leaving.code or 0)), said.getvalue()[-400:]
    return 0, ""


def break_one(folder: Path, stream: Stream) -> str:
    """Break one reference of a pack by lot; return what was done."""
    how = [remove_a_sprite, rename_in_the_world, move_a_figure, mislead_a_quest, cut_the_solution]
    breaking = how[stream.below(len(how))]
    breaking(folder, stream)
    return breaking.__name__


def remove_a_sprite(folder: Path, stream: Stream) -> None:
    """Remove the picture of somebody or something."""
    pictures = sorted((folder / "art").glob("*.png"))
    pictures[stream.below(len(pictures))].unlink()


def rename_in_the_world(folder: Path, stream: Stream) -> None:
    """Give another id to somebody or something of the world."""
    text = (folder / "world.toml").read_text()
    found = [*re.finditer(r'^id = "(?!faction)(\w+)"', text, re.MULTILINE)]
    one = found[stream.below(len(found))]
    (folder / "world.toml").write_text(text[: one.start(1)] + "nobody" + text[one.end(1) :])


def move_a_figure(folder: Path, stream: Stream) -> None:
    """Move a figure by a cell."""
    text = (folder / "main.tscn").read_text()
    found = [
        one
        for one in re.finditer(r"position = Vector2\((\d+), \d+\)\n.*\n.*\n.*playloom_id = \"(?!hero)", text)
    ]
    one = found[stream.below(len(found))]
    (folder / "main.tscn").write_text(text[: one.start(1)] + str(int(one[1]) + 16) + text[one.end(1) :])


def mislead_a_quest(folder: Path, stream: Stream) -> None:
    """Make a choice or scene of a quest lead to a scene that is not there."""
    quests = sorted((folder / "quests").glob("*.json"))
    place = quests[stream.below(len(quests))]
    found = [*re.finditer(r'"to": "(\w+)"', text := place.read_text())]
    one = found[stream.below(len(found))]
    place.write_text(text[: one.start(1)] + "nowhere" + text[one.end(1) :])


def cut_the_solution(folder: Path, stream: Stream) -> None:
    """Leave the last move of the solution out."""
    place = folder / "levels/map.tscn"
    place.write_text(re.sub(r'(\\"solution\\":\\"\w+)\w(\\")', r"\1\2", place.read_text()))


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what came of the packs."""
    made = [row for row in rows if "references" in row]
    sound = [row for row in made if not row["faults"]]
    kinds = sorted({row["broken"] for row in made})
    return {
        "packs": len(rows),
        "made": len(made),
        "not_made": [
            f"{row['theme']} {row['genre']} {row['seed']}: {row['said']}" for row in rows if row not in made
        ],
        "sound": len(sound),
        "faults": [fault for row in made for fault in row["faults"]],
        "references": sum(row["references"] for row in sound),
        "quests": sum(row["quests"] for row in made),
        "broken": {kind: sum(row["broken"] == kind for row in made) for kind in kinds},
        "noticed": sum(row["noticed"] for row in made),
        "cpu_seconds_a_pack": round(sum(row["cpu_seconds"] for row in made) / max(1, len(made)), 1),
    }


if __name__ == "__main__":
    main()
