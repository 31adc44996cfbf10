"""What is measured on quests, see `features`."""

from playloom.kinds.quest.content import PLAYER, Quest
from playloom.review.features import with_names


def of_quest(quest: Quest) -> dict[str, int]:
    """Return what tells quests apart: length, choices, endings, who speaks; tone, strategy."""
    lines = quest.lines()
    words = [len(line.text.split()) for line in lines]
    said = "".join(line.text for line in lines)
    count = max(1, len(lines))
    features = {
        "scenes": len(quest.scenes) * 1000,
        "lines": len(lines) * 1000,
        "choices": sum(len(scene.choices) for scene in quest.scenes) * 1000,
        "endings": len({scene.ending for scene in quest.scenes if scene.ending}) * 1000,
        "objectives": len(quest.objectives) * 1000,
        "errands": sum(one.parent is not None for one in quest.objectives) * 1000,
        "line-length": sum(words) * 1000 // count,
        "longest-line": max(words, default=0) * 1000,
        "player-share": sum(line.speaker == PLAYER for line in lines) * 1000 // count,
        "questions": said.count("?") * 1000 // count,
        "exclamations": said.count("!") * 1000 // count,
        "people": len({line.speaker for line in lines}) * 1000,
    }
    return with_names(
        features, tone=quest.tone, genre=quest.genre, motivation=quest.motivation, strategy=quest.strategy
    )
