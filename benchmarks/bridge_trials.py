"""What `bridge.py` measures: functions that return numbers. `tests/bridge` runs them with small counts."""

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from typing import Any

from bridge_caller import Answer, Caller, login
from bridge_proxy import TOXICS, Proxy, Toxic
from bridge_server import Running, running
from record import SEED, spread
from websockets.asyncio.client import ClientConnection, connect

from playloom.seeds import Stream
from playloom_bridge.identity import new_token

QUICK: tuple[str, dict[str, Any]] = ("list", {"what": "worlds"})  # a request that needs a worker, for nothing
ENDLESS: tuple[str, dict[str, Any]] = ("level", {"theme": "dungeon"})
SICK_SECONDS = 0.6  # that a toxic lasts
BYSTANDERS = 4  # clients beside those that a toxic is meant for
KILL_MS = 400  # from a login to the next kill, at most


async def round_trips(count: int) -> dict[str, Any]:
    """Time an empty request, and the same bytes sent back by the bare library, in turns."""
    ping = json.dumps({"jsonrpc": "2.0", "id": "ping", "method": "ping", "params": {}})
    with running("bare echo") as bare, running() as bridge:
        async with _connected(bridge.port) as ours, _connected(bare.port) as other:
            await login(ours, bridge.token, "session-of-a-round-trip")
            sockets = {"bridge": ours, "bare echo": other}
            spans: dict[str, list[float]] = {name: [] for name in sockets}
            for number in range(count + 50):
                for name in list(sockets)[:: 1 if number % 2 else -1]:
                    span = await _round_trip(sockets[name], ping)
                    if number >= 50:  # warm by now
                        spans[name].append(span)
    found: dict[str, Any] = {name: spread(some) for name, some in spans.items()}
    return found | {"times": round(found["bridge"]["median"] / found["bare echo"]["median"], 2)}


def _connected(port: int) -> connect:
    return connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None)


async def _round_trip(socket: ClientConnection, frame: str) -> float:
    before = time.perf_counter()
    await socket.send(frame)
    await socket.recv()
    return (time.perf_counter() - before) * 1000


@dataclass
class _Tally:
    """Answers as they come."""

    milliseconds: list[float]
    errors: list[str]

    async def ask(self, caller: Caller) -> None:
        before = time.perf_counter()
        answer = await caller.ask(*QUICK)
        self.milliseconds.append((time.perf_counter() - before) * 1000)
        if name := _failure(answer):
            self.errors.append(name)


async def open_loop(clients: int, rate: float, seconds: float) -> dict[str, Any]:
    """Send requests at a rate, whether those before were answered or not."""
    with running() as server:
        async with AsyncExitStack() as stack:
            callers = [
                await stack.enter_async_context(Caller(lambda: server.port, server.token))
                for _ in range(clients)
            ]
            await _sent(callers, rate, 0.3 * seconds)  # until memory is what it stays at
            memory, cpu = server.memory_kib, server.cpu_seconds
            tally, took = await _sent(callers, rate, seconds)
            grown, used = server.memory_kib - memory, server.cpu_seconds - cpu
    times = spread(tally.milliseconds)
    ordered = sorted(tally.milliseconds)
    return {
        "clients": clients,
        "asked_a_second": rate,
        "answered": len(ordered),
        "answered_a_second": round(len(ordered) / took),
        "ms": times | {"p99": round(ordered[int(0.99 * (len(ordered) - 1))], 2)},
        "errors": len(tally.errors),
        "answered_twice": sum(len(caller.wrong) for caller in callers),
        "memory_grown_kib": grown,
        "cpu_ms_a_request": round(1000 * used / len(ordered), 3),
    }


async def _sent(callers: Sequence[Caller], rate: float, seconds: float) -> tuple[_Tally, float]:
    tally, began, count = _Tally([], []), time.perf_counter(), 0
    asked: list[asyncio.Task[None]] = []
    while (passed := time.perf_counter() - began) < seconds:
        while count < passed * rate:
            asked.append(asyncio.create_task(tally.ask(callers[count % len(callers)])))
            count += 1
        await asyncio.sleep(0.001)
    await asyncio.gather(*asked)
    return tally, time.perf_counter() - began


async def cancels(count: int, clients: int = 4) -> dict[str, Any]:
    """Cancel endless requests at random moments, some of which have not begun."""
    stream = Stream(SEED, "cancels")
    waits = [stream.below(30) / 1000 for _ in range(count)]
    spans: list[float] = []
    strange: list[str] = []

    async def cancel(caller: Caller, ident: str, wait: float) -> None:
        asked = asyncio.create_task(caller.ask(*ENDLESS, ident=ident))
        await asyncio.sleep(wait)
        before = time.perf_counter()
        answer = await caller.ask("cancel", {"target": ident})
        failure = _failure(await asked)
        spans.append((time.perf_counter() - before) * 1000)
        if failure != "cancelled" or answer.get("result", {}).get("state") != "cancelled":
            strange.append(failure)

    async def cancel_some(caller: Caller, some: Sequence[float]) -> None:
        for number in range(0, len(some), 4):
            ids = [(f"e{number + place}", wait) for place, wait in enumerate(some[number : number + 4])]
            await asyncio.gather(*(cancel(caller, ident, wait) for ident, wait in ids))

    with running() as server:
        async with AsyncExitStack() as stack:
            callers = [
                await stack.enter_async_context(Caller(lambda: server.port, server.token))
                for _ in range(clients)
            ]
            parts = [waits[number::clients] for number in range(clients)]
            await asyncio.gather(*(cancel_some(*pair) for pair in zip(callers, parts, strict=True)))
            free = _failure(await callers[0].ask(*QUICK)) == ""
    twice = sum(len(caller.wrong) for caller in callers)
    return {"count": count, "ms": spread(spans), "strange": len(strange) + twice, "free_afterwards": free}


async def toxics(times: int, requests: int = 8) -> dict[str, Any]:
    """Let lines fail in each way, ``times`` at once, while others go on asking over sound ones."""
    found = []
    with running() as server:
        async with AsyncExitStack() as stack:
            others = [
                await stack.enter_async_context(Caller(lambda: server.port, server.token))
                for _ in range(BYSTANDERS)
            ]
            for toxic in TOXICS:
                found.append(await _poisoned(server, others, toxic, times, requests))
            lost = sum(caller.connections - 1 for caller in others)
    return {"each": found, "bystanders_lost": lost}


async def _poisoned(
    server: Running, others: Sequence[Caller], toxic: Toxic, times: int, requests: int
) -> dict[str, Any]:
    tally, over = _Tally([], []), asyncio.Event()

    async def go_on(caller: Caller) -> None:
        while not over.is_set():
            await tally.ask(caller)
            await asyncio.sleep(0.01)

    beside = [asyncio.create_task(go_on(caller)) for caller in others]
    victims = await asyncio.gather(*(_victim(server, toxic, requests) for _ in range(times)))
    over.set()
    await asyncio.gather(*beside)
    before = sum(len(caller.wrong) for caller in others)
    return {
        "toxic": toxic,
        "times": times,
        "requests": sum(victim["requests"] for victim in victims),
        "ended_once": sum(victim["ended_once"] for victim in victims),
        "connections": sum(victim["connections"] for victim in victims),
        "bystanders_ms": spread(tally.milliseconds),
        "bystanders_errors": len(tally.errors) + before,
    }


async def _victim(server: Running, toxic: Toxic, requests: int) -> dict[str, int]:
    """Ask over a line that fails for a while, and count what came back."""
    async with (
        Proxy(lambda: server.port) as proxy,
        Caller(lambda: server.port, server.token, lambda: proxy.port) as caller,
    ):
        proxy.toxic = toxic
        await caller.drop()  # a toxic that ends a connection does so to a new one
        asked = [asyncio.create_task(caller.ask(*QUICK)) for _ in range(requests)]
        await asyncio.sleep(SICK_SECONDS)
        proxy.toxic = None
        await asyncio.wait_for(asyncio.gather(*asked), 60)
        await asyncio.sleep(0.05)  # what came twice would have come by now
        once = sum(number == 1 for number in caller.ended.values())
        return {"requests": requests, "ended_once": once, "connections": caller.connections}


async def kills(count: int, clients: int = 3) -> dict[str, Any]:
    """Kill the server (-9) at random moments, start another one each time, and see what callers get."""
    stream, token = Stream(SEED, "kills"), new_token()
    port, over, asked = [0], asyncio.Event(), [0]

    async def go_on(caller: Caller) -> None:
        while not over.is_set():
            asked[0] += 1
            await caller.ask(*QUICK)

    callers = [Caller(lambda: port[0], token) for _ in range(clients)]
    async with AsyncExitStack() as stack:
        began: list[asyncio.Task[None]] = []
        for number in range(count + 1):
            with ExitStack() as one:
                # In a thread: while a server starts, callers notice that the one before is gone.
                server = await asyncio.to_thread(one.enter_context, running(token=token))
                port[0] = server.port
                if number == 0:
                    for caller in callers:
                        await stack.enter_async_context(caller)
                        began += [asyncio.create_task(go_on(caller)) for _ in range(4)]
                for caller in callers:
                    await asyncio.wait_for(caller.entered(), 30)
                await asyncio.sleep(stream.below(KILL_MS) / 1000)
                if number == count:
                    over.set()
                    await asyncio.wait_for(asyncio.gather(*began), 30)
                server.process.kill()
    once = sum(number == 1 for caller in callers for number in caller.ended.values())
    return {
        "kills": count,
        "requests": asked[0],
        "ended_once": once,
        "answered_twice": sum(len(caller.wrong) for caller in callers),
        "away_ms": spread([1000 * span for caller in callers for span in caller.away]),
    }


def _failure(answer: Answer) -> str:
    """Return the name of what went wrong, "" if nothing did."""
    return str(answer["error"]["data"]["code"]) if "error" in answer else ""
