"""What one profile's feedback on one kind comes to: content judged, bars passed, pairs compared."""

from dataclasses import dataclass

from playloom.feedback.events import ACCEPT, PREFER, Feedback, standing_of

VERDICT_BAR, BARS = 0, 5  # then one bar for each rating above 1


@dataclass(frozen=True)
class Answers:
    """About content 0 to N - 1."""

    bars: tuple[tuple[int, int, bool], ...]  # content, bar, whether it passes it
    pairs: tuple[tuple[int, int], ...]  # the better, the worse

    def ordered(self, places: set[int]) -> list[tuple[int, int]]:
        """Return the pairs (better, worse) within ``places`` that the answers put in order, each once."""
        found = {pair for pair in self.pairs if places.issuperset(pair)}
        for bar in range(BARS):
            judged = [(place, passed) for place, at, passed in self.bars if at == bar and place in places]
            above = [place for place, passed in judged if passed]
            below = [place for place, passed in judged if not passed]
            found |= {(one, other) for one in above for other in below}
        return sorted(found)


@dataclass(frozen=True)
class Heard:
    """Everything that a taste in one kind is learnt from."""

    features: tuple[dict[str, int], ...]
    answers: Answers

    @property
    def liked(self) -> int:
        """Pieces of content that pass a bar or are the better of two."""
        return len(
            {place for place, _, passed in self.answers.bars if passed} | {a for a, _ in self.answers.pairs}
        )

    @property
    def disliked(self) -> int:
        """Pieces of content that fail a bar or are the worse of two."""
        failed = {place for place, _, passed in self.answers.bars if not passed}
        return len(failed | {worse for _, worse in self.answers.pairs})


def heard(feedback: Feedback, profile: str, kind: str) -> Heard:
    """Return what a profile said of a kind, in an order that does not depend on when it said so."""
    events = [said for said in feedback.events(profile) if said.content.key.kind == kind]
    thinks = {
        key: thought for key, thought in standing_of(events).items() if thought.verdict or thought.rating
    }
    compared = [(said.content, said.other) for said in events if said.what == PREFER and said.other]
    features = {said.content.key: said.content.features for said in events if said.content.key in thinks}
    features |= {content.key: content.features for pair in compared for content in pair}
    keys = sorted(features)
    place = {key: number for number, key in enumerate(keys)}
    bars: list[tuple[int, int, bool]] = []
    for key, thought in thinks.items():
        if thought.verdict:
            bars.append((place[key], VERDICT_BAR, thought.verdict == ACCEPT))
        if thought.rating:
            bars += [(place[key], bar, int(thought.rating) > bar) for bar in range(1, BARS)]
    pairs = sorted((place[better.key], place[worse.key]) for better, worse in compared)
    return Heard(tuple(dict(features[key]) for key in keys), Answers(tuple(sorted(bars)), tuple(pairs)))
