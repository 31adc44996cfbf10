"""The gate before training: data needs a licence that lets a game be sold with what was learnt from it.

A developer says whose the data is with `--licence`, or in a licences.toml beside it. Own work is said in one
word: `--licence own`. Data that states its own licences (our atlas format, records of dialogue) is asked
itself.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from playloom.errors import FileInvalid, RequestInvalid
from playloom.files import read_regular

if TYPE_CHECKING:
    from license_expression import Licensing

OWN_WORK = "LicenseRef-own-work"  # SPDX's form for a licence that has no name of its own
NOT_STATED = "not stated"
LICENCES_FILE = "licences.toml"
_OWN_WORDS = frozenset(("own", "mine", "own work", "proprietary, own work", OWN_WORK.lower()))
_BYTES_HIGH = 64 << 10
_LICENCE_HIGH = 200  # characters
_HEADS = ("LICENSE", "LICENCE", "COPYING", "LICENSE.txt", "LICENCE.txt", "LICENSE.md", "COPYING.txt")
_TAG = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n*]{1,200})")
_PUBLIC = re.compile(r"public[ -]domain\b", re.IGNORECASE)
_NON_COMMERCIAL = re.compile(r"(^|-)nc(-|$)|^ncgl|non-?commercial", re.IGNORECASE)
_NO_DERIVATIVES = re.compile(r"(^|-)nd(-|$)", re.IGNORECASE)

licence_option = click.option(
    "--licence",
    metavar="own|SPDX",
    help="Of your data: own, if it is your work; else by its SPDX name, such as CC-BY-4.0.  [default: what "
    "licences.toml or the data itself says]",
)
allow_option = click.option(
    "--allow",
    multiple=True,
    metavar="LICENCE",
    help="Train on data of this licence although it forbids selling or changing, or is not known; the card "
    "says so. May be repeated.",
)


class _Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of licences.toml."""

    licence: str


def stated_licence(paths: Sequence[Path], given: str | None) -> str:
    """Return the licence that is stated for data as a whole, as SPDX writes it where it can.

    Args:
        paths: Files and folders; a licences.toml, or a licence file with an SPDX tag, may lie in a folder.
        given: What the user says, which goes before; "own" is the user's own work.

    Returns:
        `NOT_STATED` if not every path has one; several different ones are joined with AND.

    Raises:
        FileInvalid: If a licences.toml cannot be read.
    """
    if given is not None:
        return spelled(given)
    found = [_beside(path if path.is_dir() else path.parent) for path in paths]
    if NOT_STATED in found:
        return NOT_STATED
    several = sorted(set(found))
    return several[0] if len(several) == 1 else spelled(" AND ".join(f"({one})" for one in several))


def spelled(licence: str) -> str:
    """Return a licence as SPDX spells it; what SPDX does not know stays as it is."""
    if licence.strip().lower() in _OWN_WORDS:
        return OWN_WORK
    parsed = _parsed(licence)
    return licence.strip() if parsed is None else str(parsed)


def objection(licence: str) -> str:
    """Return what stands against training on data of a licence; "" if nothing does.

    Of alternatives (OR) one is enough; of licences that hold together (AND) all must do.
    """
    if licence.strip() in ("", NOT_STATED):
        return "no licence is stated"
    if _PUBLIC.match(licence):
        return ""
    parsed = _parsed(licence)
    return "its licence is not known" if parsed is None else _against(parsed)


def admit(data: Iterable[tuple[str, str]], allowed: Collection[str] = ()) -> dict[str, str]:
    """Refuse data without a licence, or whose licence forbids selling or changing, or is not known.

    Args:
        data: Name and licence of each data set.
        allowed: Licences to be taken all the same.

    Returns:
        What the card must say of training: "allowed", where something was taken against an objection.

    Raises:
        RequestInvalid: Names every refused data set, what stands against it and what to do.
    """
    taken = {spelled(one) for one in allowed}
    excused: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name, licence in data:
        reason = objection(licence)
        if not reason:
            continue
        if spelled(licence) in taken:
            excused[licence] = reason
        else:
            refused[name] = f"{reason} ({licence[:80]})" if licence != NOT_STATED else reason
    if refused:
        listed = "; ".join(f"{name[:80]}: {reason}" for name, reason in sorted(refused.items())[:8])
        more = f"; and {len(refused) - 8} more" if len(refused) > 8 else ""
        raise RequestInvalid(f"{listed}{more}. {_ADVICE}")
    told = "; ".join(f"{licence}: {reason}" for licence, reason in sorted(excused.items()))
    return {"allowed": told} if told else {}


_ADVICE = (
    "Your own work: say --licence own. Somebody's: say its licence (--licence CC-BY-4.0), or put a "
    f"{LICENCES_FILE} into its folder. If you may use it all the same, --allow 'LICENCE' takes it, and the "
    "card says so"
)


def _beside(folder: Path) -> str:
    place = folder / LICENCES_FILE
    if place.exists():
        data = read_regular(place, _BYTES_HIGH + 1, "a statement of licences")
        try:
            stated = msgspec.toml.decode(data[:_BYTES_HIGH], type=_Stated).licence
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise FileInvalid(
                f'{place}: cannot be read ({str(error)[:120]}); write licence = "CC-BY-4.0" or "own"'
            ) from error
        if not stated.strip() or len(stated) > _LICENCE_HIGH or not stated.isprintable():
            raise FileInvalid(
                f'{place}: licence is {ascii(stated)[:80]}; write one like "CC-BY-4.0" or "own"'
            )
        return spelled(stated)
    for name in _HEADS:
        if (folder / name).is_file():
            text = read_regular(folder / name, _BYTES_HIGH, "a licence").decode("utf-8", "replace")
            tag = _TAG.search(text)
            return spelled(tag[1]) if tag else NOT_STATED
    return NOT_STATED


@cache
def _licensing() -> "Licensing":
    from license_expression import LicenseSymbol, Licensing, get_spdx_licensing

    return Licensing([*get_spdx_licensing().known_symbols.values(), LicenseSymbol(OWN_WORK)])


def _parsed(licence: str) -> Any:
    """Return the expression of SPDX licences, None for what is none."""
    from license_expression import ExpressionError, ExpressionParseError

    if len(licence) > _LICENCE_HIGH:
        return None
    try:
        return _licensing().parse(licence, validate=True, strict=True)
    except (ExpressionError, ExpressionParseError, RecursionError):
        return None


def _against(parsed: Any) -> str:
    """Return what stands against an expression; of alternatives the first objection if none is free."""
    parts = getattr(parsed, "args", ())
    if parts:
        found = [_against(part) for part in parts]
        either = "OR" in str(getattr(parsed, "operator", "")).upper()
        return "" if either and "" in found else next((one for one in found if one), "")
    key = str(getattr(parsed, "license_symbol", parsed))
    if _NON_COMMERCIAL.search(key):
        return "it forbids commercial use"
    if _NO_DERIVATIVES.search(key):
        return "it forbids changed works"
    named = key == OWN_WORK or not key.lower().startswith("licenseref-")
    return "" if named else "its terms are not known"
