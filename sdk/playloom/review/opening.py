"""Opening the page in the user's browser without telling its secret to others who use the machine.

Arguments of programs can be read by everybody. The browser is therefore handed a file that only its owner can
read, and that leads on to the page.
"""

import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path


@contextmanager
def opened(address: str) -> Iterator[None]:
    """Have the browser open ``address``; the file that leads there is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="playloom-") as folder:  # made for its owner alone
        page = Path(folder) / "review.html"
        target = escape(address, quote=True)
        page.write_text(
            f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={target}">'
            f'<title>Playloom review</title><a href="{target}">Open the review</a>\n',
            encoding="utf-8",
        )
        # Some browsers return only when they are closed.
        threading.Thread(target=webbrowser.open, args=(page.as_uri(),), daemon=True).start()
        yield
