"""Reports of a verified folder: for Steam, itch.io, the EU, as a page, a table, and a CycloneDX bill.

Every claim is counted from the folder and its ledger; what nobody counted is called "not measured". The same
folder gives the same bytes.
"""

from collections.abc import Callable, Mapping

from playloom.provenance.report.cyclonedx import cyclonedx
from playloom.provenance.report.figures import Figures, figures_of
from playloom.provenance.report.page import page
from playloom.provenance.report.statements import eu, itch, steam
from playloom.provenance.report.table import table
from playloom.provenance.verify import Verification

REPORTS: Mapping[str, Callable[[Figures], str]] = {
    "steam": steam,
    "itch": itch,
    "eu": eu,
    "html": page,
    "csv": table,
    "cyclonedx": cyclonedx,
}


def report(verification: Verification, form: str) -> str:
    """Return the report of a verified folder in one of `REPORTS`."""
    return REPORTS[form](figures_of(verification))
