"""Requests over real sockets: one answer each, whatever happens to connections, queues and clocks."""

import asyncio
import json
import time
from typing import Any

import pytest
from bridge_client import Made, Serving, serving, until
from websockets.exceptions import ConnectionClosed

from playloom_bridge.answers import Listed
from playloom_bridge.limits import Limits
from playloom_bridge.making.content import Content, Reporter
from playloom_bridge.protocol import Call

SESSION = "the-session-of-a-test"


def run(test: Any) -> None:
    asyncio.run(asyncio.wait_for(test, 120))


def test_a_request_is_answered_and_tells_its_progress() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.client() as client:
            await client.send("level", {"seed": 7}, "a")
            await client.read()
            made.go.set()
            answer = await client.wait("a")
            assert answer.result["what"] == "7"
            assert [one["seq"] for one in answer.progress] == list(range(len(answer.progress)))
            assert answer.progress[0]["fraction"] == 0.5

    run(test())


def test_a_batch_is_answered_one_by_one_and_strangers_in_it_harm_no_other() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.client() as client:
            batch = [
                {"jsonrpc": "2.0", "id": "a", "method": "list", "params": {"what": "worlds"}},
                {"jsonrpc": "2.0", "id": "b", "method": "lisst", "params": {"what": "worlds"}},
                {"jsonrpc": "2.0", "id": "c", "method": "list", "params": {"what": "weather"}},
                {"jsonrpc": "2.0", "id": "d", "method": "ping", "params": {}},
            ]
            await client.socket.send(json.dumps(batch))
            await until_ended(client, 4)
            found = {ident: answers[0].failure for ident, answers in client.ended.items() if len(ident) == 1}
            assert found == {"a": "", "b": "method_unknown", "c": "params_invalid", "d": ""}

    run(test())


async def until_ended(client: Any, count: int) -> None:
    while sum(len(answers) for ident, answers in client.ended.items() if len(ident) < 6) < count:
        await client.read()


def test_cancelling_ends_a_waiting_and_a_running_request_once_and_frees_the_worker() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.client() as client:
            await client.send("level", {}, "run")
            await until(lambda: made.runs == ["run"])
            await client.send("level", {}, "wait")
            for target, state in (("wait", "cancelled"), ("run", "cancelled"), ("never", "unknown")):
                began = time.monotonic()
                stopped = await client.ask("cancel", {"target": target})
                assert stopped.result == {"target": target, "state": state}
                assert time.monotonic() - began < 2.0
            assert [one.failure for one in client.ended["run"]] == ["cancelled"]
            assert [one.failure for one in client.ended["wait"]] == ["cancelled"]
            await until(lambda: made.stopped == ["run"])
            assert (await client.ask("list", {"what": "worlds"})).result["what"] == "worlds"
            assert (await client.ask("cancel", {"target": "run"})).result["state"] == "ended"
            assert made.runs[0] == "run" and "wait" not in made.runs

    run(test())


def test_a_thousand_random_cancels_each_leave_one_answer() -> None:
    def brief(call: Call, report: Reporter) -> Content:
        for _ in range(call.params.seed % 4):
            report.fraction(0.1)
            time.sleep(0.0005)
        return Content(Listed(what="done", blobs=()))

    async def test() -> None:
        async with serving({"level": brief}, workers=2) as it, it.client() as client:
            slowest = 0.0
            for number in range(1000):
                ident = f"r{number}"
                await client.send("level", {"seed": number * 7919 % 1009}, ident)
                if number % 3:
                    await asyncio.sleep(0)
                began = time.monotonic()
                stopped = await client.ask("cancel", {"target": ident}, f"c{number}")
                slowest = max(slowest, time.monotonic() - began)
                assert stopped.result["state"] in ("cancelled", "ended")
                assert len(client.ended[ident]) == 1
                assert client.ended[ident][0].failure in ("", "cancelled")
            await client.ask("ping")
            assert all(len(answers) == 1 for answers in client.ended.values())
            assert slowest < 2.0  # a shared machine; 0.2 s on one of its own

    run(test())


def test_a_deadline_ends_a_request_in_time_and_expired_ones_never_run() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.client() as client:
            await client.send("level", {}, "first")
            await until(lambda: made.runs == ["first"])
            began = time.monotonic()
            for number in range(20):
                await client.send("level", {"deadline_ms": 200}, f"late{number}")
            for number in range(20):
                if not client.ended.get(f"late{number}"):
                    await client.wait(f"late{number}")
            assert 0.19 < time.monotonic() - began < 5.0
            late = await client.ask("level", {"deadline_ms": 1, "priority": 9}, "now")
            assert late.failure == "deadline_exceeded"
            made.go.set()
            await client.wait("first")
            await client.ask("list", {"what": "worlds"}, "after")
            assert made.runs == ["first", "after"]

    run(test())


def test_a_higher_priority_goes_first_and_equals_go_in_their_order() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.client() as client:
            await client.send("level", {}, "first")
            await until(lambda: made.runs == ["first"])
            for ident, priority in (("a", 5), ("b", 9), ("c", 0), ("d", 9), ("e", 5)):
                await client.send("list", {"what": "worlds", "priority": priority}, ident)
            await client.ask("ping")
            made.go.set()
            for ident in "bdaec":
                if not client.ended.get(ident):
                    await client.wait(ident)
            assert made.runs == ["first", "b", "d", "a", "e", "c"]

    run(test())


def test_too_many_requests_are_refused_clearly_and_may_be_sent_again() -> None:
    async def test() -> None:
        made = Made()
        limits = Limits(queue=3, open_requests=6)
        async with serving(made.makers(), limits=limits) as it, it.client() as one, it.client() as two:
            for number in range(8):
                await one.send("level", {}, f"r{number}")
                await until(lambda: made.runs)
            refused = [f"r{number}" for number in range(4, 8)]
            for ident in refused:
                if not one.ended.get(ident):
                    await one.wait(ident)
            assert [one.ended[ident][0].failure for ident in refused] == ["overloaded"] * 4
            assert one.ended["r4"][0].message["error"]["data"]["retry_ms"] > 0
            assert (await two.ask("level", {})).failure == "overloaded"  # the queue is everybody's
            assert (await two.ask("ping")).result == {}
            made.go.set()
            await one.wait("r3")
            assert (await one.ask("level", {}, "r4")).failure == ""

    run(test())


def test_one_connection_may_have_so_many_requests_open() -> None:
    async def test() -> None:
        made = Made()
        limits = Limits(open_requests=4)
        async with serving(made.makers(), limits=limits) as it, it.client() as client, it.client() as other:
            for number in range(4):
                await client.send("level", {}, f"r{number}")
            assert (await client.ask("level", {})).failure == "overloaded"
            await other.send("level", {}, "mine")
            made.go.set()
            assert (await other.wait("mine")).failure == ""

    run(test())


def test_after_a_reconnect_the_same_request_is_not_run_twice() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it:
            async with it.client(SESSION) as client:
                await client.send("level", {"seed": 5}, "open")
                done = await client.ask("cancel", {"target": "nothing"})
                assert done.result["state"] == "unknown"
                client.socket.transport.abort()
            async with it.client(SESSION) as client:
                await client.send("level", {"seed": 5, "priority": 9, "deadline_ms": 60_000}, "open")
                await client.ask("ping")
                made.go.set()
                answer = await client.wait("open")
            async with it.client(SESSION) as client:
                again = await client.ask("level", {"seed": 5}, "open")
                assert again.message == answer.message
            async with it.client() as other:  # another session: another request
                await other.ask("level", {"seed": 5}, "open")
            assert made.runs == ["open", "open"]

    run(test())


def test_a_request_whose_client_stays_away_is_given_up_and_runs_anew_when_asked_again() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers(), limits=Limits(linger_seconds=0.05)) as it:
            async with it.client(SESSION) as client:
                await client.send("level", {}, "open")
                await until(lambda: made.runs == ["open"])
            await until(lambda: made.stopped == ["open"])
            async with it.client(SESSION) as client:
                made.go.set()
                assert (await client.ask("level", {}, "open")).failure == ""

    run(test())


@pytest.mark.parametrize("while_open", [True, False])
def test_an_id_of_another_request_ends_the_connection_and_answers_nothing_twice(while_open: bool) -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.client(SESSION) as client:
            if while_open:
                await client.send("level", {"seed": 1}, "a")
            else:
                made.go.set()
                await client.ask("level", {"seed": 1}, "a")
            await client.send("level", {"seed": 2}, "a")
            with pytest.raises(ConnectionClosed):
                while True:
                    await client.read()
            assert client.socket.close_code == 4003
            assert len(client.ended.get("a", [])) == (not while_open)

    run(test())


def test_a_newer_connection_of_a_session_takes_the_place_of_the_older() -> None:
    async def test() -> None:
        made = Made()
        async with serving(made.makers()) as it, it.client(SESSION) as old, it.client(SESSION) as new:
            with pytest.raises(ConnectionClosed):
                while True:
                    await old.read()
            assert old.socket.close_code == 4002
            assert (await new.ask("list", {"what": "worlds"})).failure == ""

    run(test())


def test_a_bug_in_a_maker_is_told_as_internal_and_harms_no_other(tmp_path: Any) -> None:
    def broken(call: Call, report: Reporter) -> Content:
        raise ZeroDivisionError("the words of /home/somebody/secret")

    async def test() -> None:
        made = Made()
        log = tmp_path / "log"
        async with serving(made.makers(sprite=broken), log=log) as it, it.client() as client:
            failed = await client.ask("sprite", {"words": "secret potion"})
            assert failed.failure == "internal"
            assert "secret" not in json.dumps(failed.message)
            assert (await client.ask("list", {"what": "worlds"})).failure == ""
        text = log.read_text()
        assert "ZeroDivisionError" in text and "test_requests.py" in text
        assert "secret" not in text and str(tmp_path) not in text

    run(test())


def test_fifty_clients_at_once_each_get_their_own_answers() -> None:
    async def of(it: Serving, number: int) -> None:
        async with it.client() as client:
            for step in range(20):
                seed = number * 100 + step
                assert (await client.ask("level", {"seed": seed}, f"r{step}")).result["what"] == str(seed)

    async def test() -> None:
        made = Made()
        made.go.set()
        limits = Limits(strangers=64)
        async with serving(made.makers(), limits=limits, workers=2) as it:
            await asyncio.gather(*(of(it, number) for number in range(50)))
            assert len(made.runs) == 1000

    run(test())
