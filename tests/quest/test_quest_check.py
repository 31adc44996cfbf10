"""The check walks a quest without knowing how it was made; each sort of fault is found where it is."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from quest_worlds import small

from playloom.kinds.quest.check import check
from playloom.kinds.quest.content import (
    NARRATOR,
    PLAYER,
    Choice,
    Condition,
    Effect,
    Entry,
    Line,
    Objective,
    Quest,
    Scene,
    Variable,
)

WORLD = small()


def line(key: str, text: str, speaker: str = "ada", template: str | None = None) -> Line:
    return Line(key, key, speaker, text, text if template is None else template, "test")


def choice(key: str, text: str, to: str, **more: object) -> Choice:
    return Choice(line(key, text, PLAYER), to, **more)  # type: ignore[arg-type]


def sound() -> Quest:
    """Ask, be told why as often as one likes once, go and come back, or decline."""
    went = Effect("went", True)
    return Quest(
        title="Flour",
        world="Tiny",
        giver="ada",
        target="bo",
        motivation="knowledge",
        strategy="interview_npc",
        tone="warm",
        genre="fantasy",
        names={"ada": "Ada", "bo": "Bo", "mill": "the mill"},
        variables=(
            Variable("quest", "offered", ("offered", "active", "declined", "done")),
            Variable("went", False, (False, True)),
        ),
        objectives=(
            Objective(
                "step_1",
                "goto",
                ("mill",),
                "mill",
                line("j1", "Go to the mill.", NARRATOR, "Go to {place}."),
                done=Condition("went", True),
            ),
        ),
        scenes=(
            Scene(
                "start",
                (line("greet", "Would you see Bo?", template="Would you see {target}?"),),
                choices=(
                    choice("ask", "Why?", "why", once=True),
                    choice("yes", "I will.", "mill", effects=(Effect("quest", "active"),)),
                    choice("no", "No.", "declined"),
                ),
            ),
            Scene("why", (line("why", "Because he owes me flour."),), to="start"),
            Scene("mill", (line("bo", "Here it is.", "bo"),), effects=(went,), to="end", place="mill"),
            Scene("end", (line("thanks", "Thank you."),), effects=(Effect("quest", "done"),), ending="done"),
            Scene(
                "declined",
                (line("pity", "Pity."),),
                effects=(Effect("quest", "declined"),),
                ending="declined",
            ),
            Scene("bark", (line("bark", "Flour, flour."),)),
        ),
        start="start",
        entries=(Entry("bark", "bark", (Condition("quest", "done"),)),),
    )


def scene(quest: Quest, name: str, **more: object) -> Quest:
    """Return the quest with one scene changed."""
    return replace(quest, scenes=tuple(replace(s, **more) if s.id == name else s for s in quest.scenes))  # type: ignore[arg-type]


def never(choices: tuple[Choice, ...], key: str) -> tuple[Choice, ...]:
    """Return the choices, one of which can never be taken."""
    when = (Condition("quest", "done"),)
    return tuple(replace(one, when=when) if one.line.id == key else one for one in choices)


def said(quest: Quest, name: str, text: str, template: str | None = None, speaker: str = "ada") -> Quest:
    return scene(quest, name, lines=(line(name, text, speaker, template),))


def test_a_sound_quest_passes() -> None:
    verdict = check(sound(), WORLD)

    assert verdict.faults == ()
    assert verdict.passed
    assert verdict.endings == {"declined": 2, "done": 2}  # with and without having asked
    assert verdict.states == 9


FAULTS: dict[str, tuple[str, Callable[[Quest], Quest]]] = {
    "nowhere": ("leads to 'nowhere', which is no scene", lambda q: scene(q, "why", to="nowhere")),
    "no start": ("the start 'begin' is no scene", lambda q: replace(q, start="begin")),
    "scene twice": ("scene 'why' is there 2 times", lambda q: replace(q, scenes=(*q.scenes, q.scenes[1]))),
    "id": ("scene 'Bad Id' is no id", lambda q: replace(q, scenes=(*q.scenes, Scene("Bad Id")))),
    "unreached": (
        "scene 'attic' is never reached",
        lambda q: replace(q, scenes=(*q.scenes, Scene("attic", to="end"))),
    ),
    "dead end": ("scene 'why' leaves nothing to choose", lambda q: scene(q, "why", to=None)),
    "for ever": ("scene 'why' can be entered with no ending", lambda q: scene(q, "why", to="why")),
    "two ways": ("has two of choices, a way on and an ending", lambda q: scene(q, "end", to="start")),
    "never": (
        "choice 'yes' can never be taken",
        lambda q: scene(q, "start", choices=never(q.scene("start").choices, "yes")),
    ),
    "no such variable": (
        "nothing is called 'gone'",
        lambda q: scene(q, "why", effects=(Effect("gone", True),)),
    ),
    "no such value": (
        "quest cannot be 'lost'",
        lambda q: scene(q, "why", effects=(Effect("quest", "lost"),)),
    ),
    "one is not true": ("went cannot be 1", lambda q: scene(q, "mill", effects=(Effect("went", 1),))),
    "wrong ending": ("ends 'done' while quest is 'active'", lambda q: scene(q, "end", effects=())),
    "objective": ("objective 'step_1' can never be done", lambda q: scene(q, "mill", effects=())),
    "entry": (
        "entry 'bark' can never be met",
        lambda q: replace(
            q, entries=(Entry("bark", "bark", (Condition("quest", "done"), Condition("went", False))),)
        ),
    ),
    "entry for ever": ("entry 'bark' can go on for ever", lambda q: scene(q, "bark", to="bark")),
    "slot": ("has a slot that is not filled", lambda q: said(q, "why", "Because {target} owes me.")),
    "same text": ("say the same", lambda q: said(q, "why", "thank YOU.")),
    "line twice": (
        "line 'thanks' is there 2 times",
        lambda q: scene(q, "why", lines=(line("thanks", "You know."),)),
    ),
    "empty": ("is empty, or has control", lambda q: said(q, "why", " ")),
    "foreign name": (
        "names 'Gandalf'",
        lambda q: said(q, "why", "Because of Gandalf, sir."),
    ),
    "first name": ("names 'Harold'", lambda q: said(q, "why", "Harold ate it.")),
    "name in the title": ("the title names 'Agnes'", lambda q: replace(q, title="Flour for Agnes")),
    "changed name": (
        "does not show what {target} stands for",
        lambda q: said(q, "why", "Because of Bob.", "Because of {target}."),
    ),
    "forgotten name": (
        "does not show what {place} stands for",
        lambda q: said(q, "why", "Go there.", "Go to {place}."),
    ),
    "dead speaker": (
        "is spoken by 'wraith', who is nobody alive",
        lambda q: said(q, "why", "Boo.", speaker="wraith"),
    ),
    "wrong name": ("'bo' is not called 'Bob' in the world", lambda q: replace(q, names={"bo": "Bob"})),
    "themselves": ("gives a quest about themselves", lambda q: replace(q, target="ada")),
    "no giver": ("the giver 'zoe' is nobody alive", lambda q: replace(q, giver="zoe")),
    "reward": ("the reward 'gem' is no item", lambda q: replace(q, rewards=("gem",))),
    "no place": ("'moon' is no place", lambda q: scene(q, "why", place="moon")),
    "begins wrong": (
        "begins as 'new', which it cannot be",
        lambda q: replace(q, variables=(replace(q.variables[0], initial="new"), q.variables[1])),
    ),
}


@pytest.mark.parametrize(("message", "spoil"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found(message: str, spoil: Callable[[Quest], Quest]) -> None:
    verdict = check(spoil(sound()), WORLD)

    assert any(message in text for _, text in verdict.faults), verdict.faults
    assert not verdict.passed


def test_a_choice_that_is_there_once_is_gone_when_taken() -> None:
    quest = sound()
    trap = scene(quest, "start", choices=quest.scene("start").choices[:1])

    assert any("leaves nothing to choose" in text for _, text in check(trap, WORLD).faults)


def test_a_quest_too_tangled_to_walk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playloom.kinds.quest.walk.STATES_HIGH", 3)

    assert any("too many states" in text for _, text in check(sound(), WORLD).faults)


def test_possessives_and_sentence_starts_are_no_foreign_names() -> None:
    quest = said(
        sound(),
        "why",
        "It is Bo's, and Bo'll say. “Nobody knows”, he says. Ada!",
        "It is {target}'s, and {target}'ll say. “Nobody knows”, he says. {npc}!",
    )

    assert check(quest, WORLD).passed
