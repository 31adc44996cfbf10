"""Reading map files as the commands are told to: by the rules of a theme or a package, with a legend."""

from dataclasses import dataclass, replace
from pathlib import Path

from playloom.api import check_theme, level_generator, read_level
from playloom.kinds.level import formats
from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.generator import LevelGenerator

NO_RULES = (
    "the map does not say its rules, so it was taken as seen from above; "
    "--theme platformer takes it as seen from the side, --package as a package's own"
)


@dataclass(frozen=True)
class MapReader:
    """Reads maps by the rules that the options name."""

    theme: str | None
    generator: LevelGenerator | None  # None: by what each map says itself
    legend: formats.Legend | None

    def read(self, path: Path) -> Level:
        """Return the map, with a note where nothing says by which rules it is to be played.

        Raises:
            FileInvalid: If it cannot be read.
            RequestInvalid: If the legend names no tile of the vocabulary.
        """
        if self.generator is None:
            level = read_level(path, legend=self.legend)
            silent = not level.theme and level.evidence is None
            return replace(level, notes=(*level.notes, NO_RULES)) if silent else level
        level = read_level(path, self.generator.vocabulary, legend=self.legend, generator=self.generator)
        return level if self.theme is None or level.theme else replace(level, theme=self.theme)

    @property
    def open_border(self) -> bool:
        """Whether a style of the theme, or of the package, lets ways lead over the edge of the map."""
        if self.generator is None:
            return False
        styles = self.generator.styles.values()
        return any(not style.border for style in styles if self.theme in (None, style.theme))


def map_reader(theme: str | None, package: str | None, legend: Path | None) -> MapReader:
    """Open what the options name.

    Raises:
        RequestInvalid: If no package has the theme.
        KindUnknown: If there is no such package.
        FileInvalid: If the legend cannot be read.
    """
    meanings = None if legend is None else formats.read_legend(legend)
    generator = None if theme is None and package is None else level_generator(package, theme)
    if theme is not None and generator is not None:
        check_theme(LevelRequest(theme=theme), generator.themes)
    return MapReader(theme, generator, meanings)
