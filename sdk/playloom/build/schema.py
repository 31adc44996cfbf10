"""The JSON Schema of ``playloom.toml``, out of the structures that read it."""

import json
from typing import Any

import msgspec

from playloom.build.fields import Name, Sha256, tables
from playloom.build.project import Head
from playloom.provenance import HumanFiles

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema; what it lets through has the right shape, and may still ask for what cannot be."""
    wanted: list[Any] = [("project", Head | msgspec.UnsetType, msgspec.UNSET)]
    wanted += [("human", HumanFiles | msgspec.UnsetType, msgspec.UNSET)]
    for sort, structure in tables().items():
        entry: Any = structure | Sha256 if sort == "model" else structure
        wanted.append((sort, dict[Name, entry] | msgspec.UnsetType, msgspec.UNSET))
    whole = msgspec.defstruct("Project", wanted, forbid_unknown_fields=True, kw_only=True)
    whole.__doc__ = "What a game needs, for `playloom build`."
    made = _portable(msgspec.json.schema(whole))
    return {"$schema": _DRAFT, "title": "playloom.toml", **made}


def schema_text() -> str:
    """Return the schema as JSON."""
    return json.dumps(schema(), indent=1, ensure_ascii=False)


def _portable(part: Any) -> Any:
    """Return the schema with anchors that every dialect of regular expressions knows."""
    if isinstance(part, dict):
        return {
            key: value.replace(r"\A", "^").replace(r"\Z", "$") if key == "pattern" else _portable(value)
            for key, value in part.items()
        }
    return [_portable(one) for one in part] if isinstance(part, list) else part
