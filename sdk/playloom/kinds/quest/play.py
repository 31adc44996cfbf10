"""Playing a quest: what is said, what can be chosen, and what follows from it."""

from playloom.errors import FileInvalid
from playloom.kinds.quest.content import Choice, Condition, Effect, Line, Quest, Scene, Value


class Playthrough:
    """One way through a quest, as far as it has come."""

    def __init__(self, quest: Quest) -> None:
        self.quest = quest
        self.values: dict[str, Value] = {one.name: one.initial for one in quest.variables}
        self.ending: str | None = None
        self.over = False
        self._scenes = {scene.id: scene for scene in quest.scenes}
        self._scene = self._scenes[quest.start]
        self._taken: set[str] = set()  # ids of the lines of choices for once

    def advance(self) -> list[Line]:
        """Go on to the next choice or the end, and return what is said on the way.

        Raises:
            FileInvalid: If the quest goes round without end, or comes to a choice of nothing.
        """
        said: list[Line] = []
        for _ in range(len(self._scenes) + 1):
            self._enter(self._scene)
            said += self._scene.lines
            if self._scene.to is None:
                break
            self._scene = self._scenes[self._scene.to]
        else:
            raise FileInvalid(
                f"scene {self._scene.id}: goes round without end; give it a choice or an ending"
            )
        if self._scene.choices and not self.choices():
            raise FileInvalid(
                f"scene {self._scene.id}: none of its choices can be taken; add one without conditions"
            )
        self.over = not self._scene.choices
        return said

    def choices(self) -> list[Choice]:
        """Return what can be chosen now."""
        return [
            one
            for one in self._scene.choices
            if self._holds(one.when) and not (one.once and one.line.id in self._taken)
        ]

    def choose(self, number: int) -> Line:
        """Take a choice, counted from 0 among those that can be taken, and return what the player says."""
        choice = self.choices()[number]
        self._taken.add(choice.line.id)
        self._set(choice.effects)
        self._scene = self._scenes[choice.to]
        return choice.line

    def asides(self) -> list[tuple[str, list[Line]]]:
        """Return the entries whose conditions hold now, by name, with what is said there at once."""
        return [
            (entry.name, list(self._scenes[entry.scene].lines))
            for entry in self.quest.entries
            if self._holds(entry.when)
        ]

    def _enter(self, scene: Scene) -> None:
        self._set(scene.effects)
        if scene.ending is not None:
            self.ending = scene.ending

    def _set(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            self.values[effect.variable] = effect.value

    def _holds(self, conditions: tuple[Condition, ...]) -> bool:
        return all((self.values[one.variable] == one.value) is not one.negated for one in conditions)
