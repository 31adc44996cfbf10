"""Quests made by hand and by chance, with names that try to break out."""

from collections.abc import Callable

from hypothesis import strategies as st

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

MARKUP = [
    "{quest}", "{{quest}}", "[b]", "[/b]", "[[way|start]]", "[[a|b]]", "[ID:x]", "[#tag]", "[if quest /]",
    "[wait=2]", "<<set $quest to true>>", "<b>", "</span>", "<>", "<-", "->", "=>", "=><", "==", "===",
    "=== end ===", "~ quest = 1", "#line:x", "# tag", "//", "/*", "*/", "\\", "\\n", "\\:", "$quest",
    "$lantern_quest", "_quest", "''", "//it//", "__u__", "~~s~~", "^^", "@@x@@", "{{{", "}}}", "`", "&amp;",
    "&#65;", '"', "'", '"""', "%", "|", "*", "+", "- ", "--", "---", "----", "!", "?quest", "::", ": ",
    "a: b", "title: x", "VAR x = 1", "VAR", "TODO: x", "INCLUDE a", "CONST", "else", "elif x", "if quest",
    "if x == 1", "while", "set quest = 1", "do x()", "import x", "using X", "match", "https://example.org",
    "é", "Ωμέγα", "мир", "日本語", "🗡️", "—", "…", "a/b", "1.", "-5", "(x)", "50 %", "C:\\dir\\new",
]  # fmt: skip


def line(key: str, text: str, speaker: str = "mira", act: str = "offer") -> Line:
    """Return a line; a word of its id is its act."""
    return Line(key, act, speaker, text, text, f"authored:test/{act}")


def lantern(
    mira: str = "Mira", tom: str = "Old Tom", thing: str = "lantern", wrap: Callable[[str], str] = str
) -> Quest:
    """Return a whole quest of the shape that `compose` makes."""

    def said(key: str, text: str, speaker: str = "mira") -> Line:
        return line(key, wrap(text), speaker, key.split("_", maxsplit=1)[0])

    def choice(key: str, text: str, to: str, *effects: Effect, **more: object) -> Choice:
        return Choice(said(key, text, PLAYER), to, effects=effects, **more)  # type: ignore[arg-type]

    active, done = Condition("quest", "active"), Condition("quest", "done")
    scenes = (
        Scene(
            "start",
            (said("greet", "Well met."), said("offer", f"My {thing} is gone. {tom} has it.")),
            choices=(
                choice("ask_why", f"What is a {thing} to you?", "why", once=True),
                choice("ask_reward", "What does it pay?", "pay", once=True),
                choice("accept", "I will bring it back.", "accepted", Effect("quest", "active")),
                choice("decline", "Not I.", "declined"),
            ),
            place="mill",
        ),
        Scene("why", (said("motive", f"My father made it, {mira} the elder."),), to="start_again"),
        Scene("pay", (said("pay", "Forty crowns and a hot meal."),), to="start_again"),
        Scene(
            "start_again",
            choices=(
                choice("ask_why_too", f"And what is a {thing} to you?", "why", once=True),
                choice("accept_now", "Then I will bring it back.", "accepted", Effect("quest", "active")),
                choice("decline_now", "Even so: not I.", "declined"),
            ),
        ),
        Scene(
            "declined",
            (said("decline_reply", "Then go."),),
            (Effect("quest", "declined"),),
            ending="declined",
        ),
        Scene(
            "accepted",
            (said("accept_reply", "Good."), said("hint", f"{tom} sleeps by day.")),
            to="step_1",
            place="mill",
        ),
        Scene(
            "step_1",
            (said("journal", f"Look for the {thing} at the well.", NARRATOR),),
            choices=(
                choice("go_on", "Go on.", "arrive", Effect("seen", True)),
                choice("give_up", "Give it up.", "failed", Effect("quest", "failed")),
            ),
            place="well",
        ),
        Scene("failed", (said("fail", "So it is lost."),), ending="failed"),
        Scene(
            "arrive",
            (said("arrive", "Dust lies on the steps.", NARRATOR), said("target_plea", "She owes me.", "tom")),
            choices=(
                choice("take", "Take it.", "return"),
                choice("player_side", "Keep it, then.", "sided", Effect("relation", "grudge")),
                choice(
                    "talk",
                    "Say more.",
                    "arrive_more",
                    when=(Condition("relation", "trust", True),),
                    once=True,
                ),
            ),
            place="well",
        ),
        Scene(
            "arrive_more", (said("target_line", "No.", "tom"),), (Effect("relation", "trust"),), to="arrive"
        ),
        Scene("sided", (said("outcome_side", "You too?"),), (Effect("quest", "sided"),), ending="sided"),
        Scene(
            "return",
            (said("complete", f"My {thing}!"), said("farewell", "Walk well.")),
            (Effect("quest", "done"), Effect("gold", 40), Effect("reward_paid", True)),
            ending="done",
        ),
        Scene("bark", (said("bark", "Mind the step."),)),
        Scene("progress", (said("progress", "And my lantern?"),)),
        Scene("rumor_after", (said("rumor_after", f"The {thing} burns again.", "tom"),)),
        Scene("later", (said("later", "Still grateful."),)),
    )
    return Quest(
        title=wrap(f"The {thing}"),
        world="Thornford",
        giver="mira",
        target="tom",
        motivation="serenity",
        strategy="recover",
        tone="wry",
        genre="fantasy",
        names={"mira": wrap(mira), "tom": wrap(tom), "mill": "the old mill", "well": "the well"},
        variables=(
            Variable("quest", "offered", ("offered", "active", "declined", "failed", "done", "sided")),
            Variable("seen", False, (False, True)),
            Variable("reward_paid", False, (False, True)),
            Variable("gold", 0, (0, 40)),
            Variable("relation", "neutral", ("trust", "neutral", "grudge")),
        ),
        objectives=(
            Objective("find", "get", ("thing",), "well", said("find", f"Find the {thing}.", NARRATOR)),
        ),
        scenes=scenes,
        start="start",
        entries=(
            Entry("bark", "bark", (Condition("quest", "offered"),)),
            Entry("progress", "progress", (active, Condition("seen", True))),
            Entry("rumor_after", "rumor_after", (done, Condition("relation", "grudge", True))),
            Entry("later", "later"),
        ),
    )


def tidy(text: str) -> str:
    """Return words with single spaces between them."""
    return " ".join(text.split()) or "x"


_words = st.lists(
    st.one_of(st.sampled_from(MARKUP), st.sampled_from(["word", "and", "Mira", "x"])), min_size=1, max_size=5
)
texts = st.tuples(_words, st.sampled_from([" ", ""])).map(lambda both: tidy(both[1].join(both[0])))
names = texts.filter(lambda name: ": " not in name and not name.endswith(":"))


@st.composite
def quests(draw: st.DrawFn) -> Quest:
    """Draw a small quest: scenes in a row, choices forward or back for once, conditions that leave a way."""
    count = draw(st.integers(2, 5))
    variables = (
        Variable("quest", "offered", ("offered", "active", "done")),
        Variable("met", False, (False, True)),
        Variable("gold", 0, (0, 7)),
    )
    scenes = []
    keys = iter(f"l{n}" for n in range(999))

    def said(speakers: list[str]) -> Line:
        return line(next(keys), draw(texts), draw(st.sampled_from(speakers)))

    def pair() -> tuple[str, object]:
        variable = draw(st.sampled_from(variables))
        return variable.name, draw(st.sampled_from(variable.values))

    def effects() -> tuple[Effect, ...]:
        return tuple(Effect(*pair()) for _ in range(draw(st.integers(0, 2))))  # type: ignore[arg-type]

    for number in range(count):
        lines = tuple(said(["mira", "tom", NARRATOR, PLAYER]) for _ in range(draw(st.integers(0, 3))))
        last, onward = number == count - 1, st.integers(number + 1, count - 1)
        if last:
            scenes.append(
                Scene(f"s{number}", lines, effects(), ending=draw(st.sampled_from(["done", "lost"])))
            )
        elif draw(st.booleans()) and lines:
            scenes.append(Scene(f"s{number}", lines, effects(), to=f"s{draw(onward)}"))
        else:
            choices = [Choice(said([PLAYER]), f"s{draw(onward)}", effects=effects())]
            for _ in range(draw(st.integers(0, 2))):
                when = tuple(Condition(*pair(), draw(st.booleans())) for _ in range(draw(st.integers(0, 2))))  # type: ignore[arg-type]
                back = draw(st.integers(0, count - 1))
                choices.append(Choice(said([PLAYER]), f"s{back}", when, effects(), once=back <= number))
            scenes.append(Scene(f"s{number}", lines, effects(), tuple(draw(st.permutations(choices)))))
    scenes.append(
        Scene("aside", tuple(said(["mira", "tom", NARRATOR]) for _ in range(draw(st.integers(1, 2)))))
    )
    when = tuple(Condition(*pair(), draw(st.booleans())) for _ in range(draw(st.integers(0, 2))))  # type: ignore[arg-type]
    return Quest(
        title=draw(texts),
        world="w",
        giver="mira",
        target=None,
        motivation="m",
        strategy="s",
        tone="t",
        genre="g",
        names={"mira": draw(names), "tom": draw(names)},
        variables=variables,
        objectives=(),
        scenes=tuple(scenes),
        start="s0",
        entries=(Entry("aside", "aside", when),),
    )
