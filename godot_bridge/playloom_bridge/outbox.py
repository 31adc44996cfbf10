"""What waits to be sent to one connection, within bounds. No I/O."""

from collections import deque
from collections.abc import Sequence

from playloom_bridge.protocol import Frame


class Outbox:
    """Frames in their order. Once more than the bound waits, nothing is added."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._frames: deque[Frame] = deque()
        self.size = 0

    def put(self, frames: Sequence[Frame]) -> bool:
        """Add frames that belong together; no, and nothing is added, if too much waits already."""
        if self.size > self._most:
            return False
        self._frames.extend(frames)
        self.size += sum(map(len, frames))
        return True

    def take(self) -> Frame | None:
        """Return the next frame."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self.size -= len(frame)
        return frame
