"""No file, however it is made, hangs the reader, fills the memory, leaves its folder or ends in a crash."""

import resource
from typing import Any

import pytest
from hostile_maps import EITHER, make
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_apart import read_apart

from playloom.errors import FileInvalid
from playloom.kinds.level.formats import READERS, read

SECONDS_HIGH = 2.0
MEMORY_HIGH = 256 << 20  # bytes above what the process holds before it reads

READER = """
from playloom.kinds.level.formats import read

def found(name):
    return "x".join(map(str, read(name).cells.shape))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, str, float]]:
    """File name -> what was wanted, what became of it, message, seconds."""
    folder = tmp_path_factory.mktemp("hostile")
    wanted = make(folder)
    found = read_apart(READER, wanted, folder / "maps", memory_bytes=MEMORY_HIGH)
    return {name: (outcome, *found[name]) for name, outcome in wanted.items()}


def test_there_are_enough_of_them(outcomes: dict[str, Any]) -> None:
    assert len(outcomes) >= 300


def test_each_is_read_or_refused_as_it_should_be(outcomes: dict[str, tuple[str, str, str, float]]) -> None:
    wrong = {
        name: (wanted, found, message)
        for name, (wanted, found, message, _) in outcomes.items()
        if found == "crashed" or (found != wanted and wanted != EITHER)
    }

    assert not wrong


def test_each_takes_little_time(outcomes: dict[str, tuple[str, str, str, float]]) -> None:
    assert {name: case[3] for name, case in outcomes.items() if case[3] > SECONDS_HIGH} == {}


def test_each_refusal_names_the_file_and_stays_short(
    outcomes: dict[str, tuple[str, str, str, float]],
) -> None:
    refusals = {name: case[2] for name, case in outcomes.items() if case[1] == "refused"}

    assert {name: text for name, text in refusals.items() if len(text) > 1000 or "\x1b" in text} == {}
    assert {
        name: text for name, text in refusals.items() if ": " not in text or len(text) < len(name) + 20
    } == {}


@settings(max_examples=200, deadline=None)
@given(
    data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode), suffix=st.sampled_from([*READERS])
)
def test_any_bytes_are_read_or_refused(
    data: bytes, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.getbasetemp() / f"any{suffix}"
    place.write_bytes(data)
    try:
        read(place)
    except FileInvalid as error:
        assert str(place) in str(error)


def test_the_limits_of_this_process_are_untouched() -> None:
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
