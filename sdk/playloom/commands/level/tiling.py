"""The work of `playloom level ldtk`: an LDtk project tiled by its own rules, without the editor."""

from dataclasses import asdict
from pathlib import Path

import click

from playloom.commands.output import columns, mark, print_json
from playloom.errors import RequestInvalid
from playloom.files import write_all_atomically
from playloom.kinds.level.formats.bounds import read_file
from playloom.kinds.level.formats.ldtk.own import Target
from playloom.kinds.level.formats.ldtk.project import PROJECT_BYTES, SUFFIX, open_project
from playloom.kinds.level.formats.ldtk.retile import Comparison, compare, retile


def tile_project(project: Path, output: Path | None, *, as_json: bool, quiet: bool) -> int:
    """Compute every auto-layer; write the project with the tiles, or compare them with those in it.

    Returns:
        1 if nothing was to be written and a layer of the file is not as its rules say, else 0.

    Raises:
        FileInvalid: If the project is damaged, or its rules cannot be followed.
        RequestInvalid: If the rules need the extra ``ldtk``, or the output is in another folder.
        WriteFailed: If the system refuses.
    """
    if output is not None:
        if output.suffix.lower() != SUFFIX:
            raise RequestInvalid(f"{output}: is not named as a project; give it the suffix {SUFFIX}")
        Target(project).check_place(output)
    opened = open_project(project, read_file(project, PROJECT_BYTES))
    found = [one for name in opened.names() for one in compare(opened, opened.level(name))]
    if output is not None:
        files = retile(opened)
        files[output] = files.pop(project)
        write_all_atomically(files)
    _report(project, found, output, as_json=as_json, quiet=quiet)
    return int(output is None and not all(one.same for one in found))


def _report(
    project: Path, found: list[Comparison], output: Path | None, *, as_json: bool, quiet: bool
) -> None:
    if as_json:
        layers = [asdict(one) for one in found]
        print_json(
            {"file": str(project), "layers": layers, "output": None if output is None else str(output)}
        )
        return
    if quiet:
        return
    rows = [("level", "layer", "in the file", "by the rules", "equal", "same order")]
    rows += [
        (
            one.level,
            one.layer,
            str(one.stored),
            str(one.computed),
            str(one.equal),
            "yes" if one.same else "no",
        )
        for one in found
    ]
    if found:
        click.echo(columns(rows, indent="  "))
    equal, stored = sum(one.equal for one in found), sum(one.stored for one in found)
    sign = mark(all(one.same for one in found))
    click.echo(f"{sign} {project}: {equal} of {stored} tiles in the file are as its rules say")
    if output is not None:
        click.echo(f"  {output}")
