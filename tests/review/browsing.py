"""A real headless Chromium, steered through its DevTools protocol over a WebSocket."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

_FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--hide-scrollbars", "--disable-background-networking", "--disable-component-update"),
    "--remote-debugging-port=0",
]
_KEYS = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Enter": 13, "Escape": 27}


class Tab:
    """One tab of a browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._number, self.session = socket, 0, ""
        self.problems: list[str] = []  # what the page complained of

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message | ({"sessionId": self.session} if self.session else {})))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.problems.append(json.dumps(answer["params"])[:600])
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])

    def run(self, script: str) -> Any:
        """Return what an expression comes to, promises awaited."""
        found = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, script: str, seconds: float = 30) -> None:
        """Wait until an expression holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(f"Boolean({script})"):
                return
            time.sleep(0.05)
        raise AssertionError(f"never came true: {script}; on the page: {self.run('document.body.innerText')}")

    def press(self, *keys: str) -> None:
        """Press and release keys, one after the other."""
        for key in keys:
            typed = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
            code = {"key": key, "windowsVirtualKeyCode": _KEYS.get(key, ord(key[0].upper()))}
            self.call("Input.dispatchKeyEvent", type="keyDown", **code, **typed)
            self.call("Input.dispatchKeyEvent", type="keyUp", **code)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag the mouse from one place of the window to another."""
        for sort, (x, y) in (("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)):
            self.call("Input.dispatchMouseEvent", type=sort, x=x, y=y, button="left", buttons=1, clickCount=1)

    def window(self, width: int, height: int, *, mobile: bool = False, dark: bool = False) -> None:
        """Change the size of what is seen."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)

    def screenshot(self, place: Path) -> bytes:
        """Take a picture of what is seen, and keep it."""
        data = base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
        place.write_bytes(data)
        return data


@contextmanager
def tab_of(profile: Path) -> Iterator[Tab]:
    """Start Chromium and hand over an empty tab."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        message = "no Chromium on the PATH: scripts/test installs it, or apt-get install chromium"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    command = [found, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stderr is not None
            address = next(
                match[1] for line in process.stderr if (match := re.search(r"listening on (ws://\S+)", line))
            )
            with connect(address, max_size=64 << 20) as socket:
                tab = Tab(socket)
                target = tab.call("Target.createTarget", url="about:blank")["targetId"]
                tab.session = tab.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
                for domain in ("Page", "Runtime", "Log"):
                    tab.call(f"{domain}.enable")
                yield tab
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
