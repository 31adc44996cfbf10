"""What a dialogue file says of its own origin: one line that every format can carry beside the words."""

from typing import Any

import msgspec

from playloom.kinds.quest.content import Quest
from playloom.provenance.terms import source_type_of, source_uri
from playloom.strict_json import canonical_line

KEY = "playloom"


def origin_line(quest: Quest) -> str:
    """Return evidence, request and IPTC's digital source type as canonical JSON; "" without evidence.

    Raises:
        RequestInvalid: If they hold what JSON cannot.
    """
    if quest.evidence is None:
        return ""
    evidence: dict[str, Any] = msgspec.to_builtins(quest.evidence)
    said = {"digital_source_type": source_uri(source_type_of(evidence)), "request": dict(quest.request)}
    return canonical_line(evidence | said, "the evidence")


def origin_comment(quest: Quest, mark: str) -> list[str]:
    """Return the line as a comment that begins with ``mark``, or no line."""
    line = origin_line(quest)
    return [f"{mark}{KEY}: {line}"] if line else []
