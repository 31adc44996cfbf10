"""The runner itself: what must fail a test does, and an addon that is fresh imports without a word."""

import re

from addon_project import Project

WHY = {
    "test_expectation": "line 6: two is 2, wanted 3",
    "test_kind": "two is 2, wanted 2.0",
    "test_script_error": "Nonexistent function 'anything",
    "test_assert": "Assertion failed",
    "test_awaited_assert": "Assertion failed",
    "test_push_error": "it went wrong",
    "test_error_elsewhere": "it went wrong elsewhere",
    "test_endless": "it did not end",
}


def test_what_must_fail_a_test_does(project: Project) -> None:
    outcome = project.run("faults/failing.gd", limit=1)
    assert outcome.code == 1 and f"0 passed, {len(WHY)} failed" in outcome.said
    for name, why in WHY.items():
        told = re.search(rf"FAILED {name}\n((?:  .*\n)+)", outcome.said)
        assert told is not None and why in told[1], outcome.said


def test_a_script_without_tests_and_one_that_cannot_be_read_fail(project: Project) -> None:
    assert project.run("faults/failing.gd", only="nothing_of_this_name").code == 1
    outcome = project.run("faults/missing.gd")
    assert outcome.code == 1 and "cannot be loaded" in outcome.said
