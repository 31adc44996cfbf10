"""What a server lets in and keeps, each a number that a test or a command can change."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of one server; times in seconds, sizes in bytes."""

    connections: int = 64
    strangers: int = 8  # connections that have not logged in
    open_requests: int = 32  # of one connection, unanswered
    queue: int = 256  # requests of all connections that wait for a worker
    inbound: int = 256 << 10  # of one message
    outbox: int = 8 << 20  # waiting to be sent to one connection, when more comes
    answer: int = 8 << 20  # of one answer
    faults: int = 16  # messages that could not be read, until a connection is closed
    login_seconds: float = 5.0
    send_seconds: float = 10.0  # until one frame is taken
    linger_seconds: float = 10.0  # that the requests of a lost connection go on
    remember_seconds: float = 300.0  # that answers are kept
    remember_count: int = 1024
    remember: int = 32 << 20  # of all answers that are kept
    drain_seconds: float = 10.0  # for what runs when the server is told to end
    ping_seconds: float = 20.0  # between pings, and until one must be answered
