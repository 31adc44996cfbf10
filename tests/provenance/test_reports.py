"""Reports: counted from the folder, the same bytes again, valid for those who read them."""

import csv
import io
import json
import subprocess
import sys
import warnings
from html.parser import HTMLParser
from pathlib import Path

import pytest

from playloom.provenance import LEDGER_FILE, ledger_bytes, read_ledger
from playloom.provenance.report import REPORTS, report
from playloom.provenance.report.figures import share
from playloom.provenance.verify import verify

PLAYLOOM = Path(sys.executable).with_name("playloom")


def made(folder: Path, form: str) -> str:
    return report(verify(folder, folder / LEDGER_FILE, lambda sha256: None), form)


@pytest.mark.parametrize("form", REPORTS)
def test_a_report_is_the_same_bytes_wherever_the_project_lies(made_game: Path, game: Path, form: str) -> None:
    assert made(made_game, form) == made(game, form)
    assert str(made_game) not in made(game, form)


def test_the_statement_for_steam_counts_what_is_there(game: Path) -> None:
    text = made(game, "steam")

    assert text.startswith("Verified against its ledger: all 19 files are accounted for.\n")
    assert "2 graphics files, 9 level files (11 of 19 files, 57.9%) were made before release" in text
    assert "Edited by people since: 0 of 11 (0.0%)." in text
    assert "looked for in 2 files" in text and "for the other 9 files: not measured" in text
    assert "teachers (CC0-1.0)" in text and "7 dialogue files" in text
    assert "Whether the game generates while it is played: not measured" in text


def test_the_answers_for_itch_and_the_marks_for_the_eu_follow_from_the_kinds(game: Path) -> None:
    itch, eu = made(game, "itch"), made(game, "eu")

    assert "Contains generative AI: yes" in itch and "Graphics: yes (2 files)" in itch
    assert "Text & Dialog: no" in itch and "level layouts: 9 files" in itch
    assert "trainedAlgorithmicMedia: 11 files, 8 of them marked in the file itself, 3 in the ledger" in eu
    assert "algorithmicMedia: 7 files, 6 of them marked" in eu
    assert "  maps/crypt.txt\n" in eu


def test_a_folder_that_is_not_accounted_for_says_so_first(game: Path) -> None:
    (game / "notes.md").write_text("x")
    command = [PLAYLOOM, "provenance", "report", game, "--format", "steam"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 1
    assert done.stdout.startswith("NOT VERIFIED: 1 of 20 files are not accounted for")


def test_nothing_made_by_a_model_is_told_as_nothing(game: Path) -> None:
    records = read_ledger(game / LEDGER_FILE)
    kept = [one for path, one in records.items() if path.startswith("talk/")]
    (game / LEDGER_FILE).write_bytes(ledger_bytes(kept))
    for name in ("maps", "art"):
        for path in (game / name).iterdir():
            path.unlink()

    assert "none: no file here was made by a trained model." in made(game, "steam")
    assert "Contains generative AI: no" in made(game, "itch")


def test_the_bill_of_materials_keeps_its_schema(game: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator

        text = made(game, "cyclonedx")
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    sorts = [one["type"] for one in bill["components"]]
    assert (sorts.count("machine-learning-model"), sorts.count("file")) == (2, 18)
    known = {one["bom-ref"] for one in bill["components"]}
    assert len(known) == len(sorts)
    assert all({one["ref"], *one["dependsOn"]} <= known for one in bill["dependencies"])


def test_the_table_has_a_line_a_file_and_no_formula(game: Path) -> None:
    (game / "maps" / "=SUM(A1).txt").write_text("x")

    rows = list(csv.DictReader(io.StringIO(made(game, "csv"))))

    assert len(rows) == 20
    by_path = {row["path"]: row for row in rows}
    assert by_path["art/goblin.png"]["model"].startswith("pixels ")
    assert by_path["maps/=SUM(A1).txt"]["class"] == "unknown"
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_runs_nothing_and_shows_names_as_they_are(game: Path) -> None:
    (game / "maps" / "<script>x.txt").write_text("x")
    page = _Page()

    page.feed(made(game, "html"))

    assert "script" not in page.tags and "<script>x.txt" in page.text
    assert "1 of 20 files are not accounted for." in page.text
    assert page.tags.count("tr") > 40


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 3, "0.0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (3, 3, "100.0%"), (1, 8, "12.5%"),
                                (1, 2000, "0.1%"), (0, 0, "not measured")],
)  # fmt: skip
def test_shares_are_rounded_as_people_do(part: int, whole: int, told: str) -> None:
    assert share(part, whole) == told
