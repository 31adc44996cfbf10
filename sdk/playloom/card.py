"""CARD.md: a package's licence card, written from its manifest."""

from collections.abc import Sequence

from playloom.manifest import Manifest


def write_card(manifest: Manifest) -> str:
    """Return the card as Markdown; same manifest, same text."""
    card = manifest.card
    promise = (
        "the same bytes on every machine"
        if manifest.exact
        else "the same bytes on the same machine and runtime"
    )
    lines = [
        f"# {manifest.name} {manifest.version}",
        "",
        card.summary,
        "",
        f"- Kind: {manifest.kind}",
        f"- Licence: {card.licence}",
        f"- Same package, request and seed give {promise}.",
        "",
        "## Training data",
        "",
    ]
    heads = ("Name", "Source", "Licence", "Count", "SHA-256")
    rows = [(d.name, d.source, d.licence, str(d.count), d.sha256) for d in card.datasets]
    lines += _table(heads, rows) if rows else ["None."]
    lines += ["", "## Training", ""]
    lines += [f"- {key}: {value}" for key, value in card.training.items()] or ["Not trained."]
    lines += ["", "## Measured", ""]
    measured = [(m.name, str(m.value), m.how) for m in card.metrics]
    lines += _table(("Metric", "Value", "How"), measured) if measured else ["Nothing."]
    return "\n".join(lines) + "\n"


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    written = [heads, ("---",) * len(heads), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in written]
