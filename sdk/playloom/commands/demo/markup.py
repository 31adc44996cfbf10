"""What all parts of the page are written with: code, checks, pictures."""

import base64
from collections.abc import Iterable
from html import escape

from playloom.kinds.level.content import Verdict as LevelVerdict
from playloom.kinds.sprite.content import Verdict as SpriteVerdict


def code(*blocks: str) -> str:
    """Return blocks of code, each of one or several lines; words are not broken at their hyphens."""
    return "\n".join(f"<pre><code>{_unbroken(block)}</code></pre>" for block in blocks)


def _unbroken(block: str) -> str:
    lines = ([f"<span>{escape(word)}</span>" for word in line.split(" ")] for line in block.split("\n"))
    return "\n".join(" ".join(words) for words in lines)


def check_list(checks: Iterable[LevelVerdict | SpriteVerdict]) -> str:
    """Return every check with its mark."""
    rows = "".join(
        f'<li><span class="mark">{"✓" if check.passed else "✗"}</span><b>{escape(check.name)}</b> '
        f"{escape(check.detail)}</li>"
        for check in checks
    )
    return f'<ul class="checks">{rows}</ul>'


def file_links(names: Iterable[str]) -> str:
    """Return links to files that lie beside the page."""
    links = ", ".join(f'<a href="{escape(name)}">{escape(name)}</a>' for name in names)
    return f'<p class="files">Files: {links}</p>'


def picture_url(png: bytes) -> str:
    """Return the address of a PNG picture that holds the picture itself."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
