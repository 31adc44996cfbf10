"""A thousand tampered ledgers and files, and how long a thousand sound files take to verify.

Every way of tampering is drawn from a seed (tests/provenance/tampering.py). A case counts as noticed where
`verify` finds a fault or refuses the ledger.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from record import HERE, console, machine_record, save, show

from playloom.errors import FileInvalid
from playloom.provenance import LEDGER_FILE, Model, ledger_bytes, origin_of, record_of
from playloom.provenance.report import REPORTS, report
from playloom.provenance.verify import verify

sys.path.insert(0, str(HERE.parent / "tests" / "provenance"))
from small_game import make, shipped_model
from tampering import tamper


def tampered(game: Path, folder: Path, count: int, cards: dict[str, Model]) -> dict[str, Any]:
    """Return how many cases of each way were noticed, and those that were not."""
    tried, noticed, missed = Counter[str](), Counter[str](), []
    for number in range(count):
        copy = Path(shutil.copytree(game, folder / "copy"))
        told = tamper(copy, number)
        way = told.split()[1].rstrip(":")
        tried[way] += 1
        try:
            sound = verify(copy, copy / LEDGER_FILE, cards.get).sound
        except FileInvalid:
            sound = False
        noticed[way] += not sound
        if sound:
            missed.append(told)
        shutil.rmtree(copy)
    return {"cases": count, "tried": dict(tried), "noticed": dict(noticed), "missed": missed}


def timed(folder: Path, count: int, model: Model) -> dict[str, float | int]:
    """Return milliseconds of processor time to read, verify and report ``count`` files with full records."""
    (folder / "many").mkdir()
    origin = origin_of("level", request={"seed": 1}, model=model)
    records = []
    for number in range(count):
        data = f"{number}\n".encode() * 500
        (folder / f"many/{number:05}.txt").write_bytes(data)
        records.append(record_of(f"many/{number:05}.txt", data, origin))
    ledger = ledger_bytes(records)
    (folder / LEDGER_FILE).write_bytes(ledger)
    begun = time.process_time()
    found = verify(folder, folder / LEDGER_FILE, {model.sha256: model}.get)
    verified = time.process_time()
    assert found.sound, "what was just written is sound"
    texts = [report(found, form) for form in REPORTS]
    reported = time.process_time()
    return {
        "files": count,
        "ledger_bytes": len(ledger),
        "verify_ms": round(1000 * (verified - begun)),
        "all_reports_ms": round(1000 * (reported - verified)),
        "report_bytes": sum(map(len, texts)),
    }


def main() -> None:
    """Tamper, verify, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="cases of tampering")
    parser.add_argument("--files", type=int, default=1000, help="sound files to verify")
    options = parser.parse_args()
    results: dict[str, Any] = {"machine": machine_record()}
    cards = {one.sha256: one for one in (shipped_model("topdown"), shipped_model("pixels"))}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "game")
        results["tampered"] = found = tampered(folder / "game", folder, options.count, cards)
        (folder / "large").mkdir()
        results["sound"] = sound = timed(folder / "large", options.files, shipped_model("pixels"))
    rows = [(way, tried, found["noticed"][way]) for way, tried in found["tried"].items()]
    show("tampered", ("way", "cases", "noticed"), rows)
    console.print(f"sound: {sound}")
    for told in found["missed"]:
        console.print(f"[red]missed: {told}")
    save("provenance", results)
    sys.exit(bool(found["missed"]))


if __name__ == "__main__":
    main()
