"""Puts the steps of a plan, a tree of errands, into an order in which they can be done."""

from dataclasses import dataclass, field

from playloom.kinds.quest.plan_errands import Node
from playloom.kinds.quest.plan_parts import Step


@dataclass
class _Line:
    """Steps in order: each with the step of which it is an errand, and those that come right before."""

    entries: list[tuple[Node, Node | None, list[Node]]] = field(default_factory=list)

    def add_errands(self, parent: Node, before: list[Node]) -> list[Node]:
        """Append the errands of a step, each after its own; return the last one, or ``before``."""
        for errand in parent.errands:
            inner = self.add_errands(errand, before)
            self.entries.append((errand, parent, inner))
            before = [errand]
        return before


def in_order(nodes: list[Node], start: str) -> tuple[Step, ...]:
    """Return the steps of a quest: what the giver hands over, all errands, then the quest itself.

    Args:
        nodes: The steps of the strategy, each with its errands.
        start: Id of the place where the player is.
    """
    first = [node for node in nodes[:1] if node.action != "goto"]
    line = _Line([(node, None, []) for node in first])
    before = first
    own: dict[int, list[Node]] = {}  # last errand of each step
    for node in nodes[len(first) :]:
        before = line.add_errands(node, before)
        own[id(node)] = before if node.errands else []
    for node in nodes[len(first) :]:
        after = {id(one): one for one in (*before, *own[id(node)])}
        line.entries.append((node, None, list(after.values())))
        before = [node]
    return _numbered(_without_standing(line.entries, start))


def _without_standing(
    entries: list[tuple[Node, Node | None, list[Node]]], place: str
) -> list[tuple[Node, Node | None, list[Node]]]:
    """Leave out errands of going to where the player is already; what came after them comes after theirs."""
    kept: list[tuple[Node, Node | None, list[Node]]] = []
    instead: dict[int, list[Node]] = {}
    for node, parent, after in entries:
        known = [one for before in after for one in instead.get(id(before), [before])]
        if node.action == "goto" and node.place == place and parent is not None and not node.errands:
            instead[id(node)] = known
            continue
        place = node.place
        kept.append((node, parent, known))
    return kept


def _numbered(entries: list[tuple[Node, Node | None, list[Node]]]) -> tuple[Step, ...]:
    names = {id(node): f"step_{number}" for number, (node, _, _) in enumerate(entries, 1)}
    return tuple(
        Step(
            id=names[id(node)],
            action=node.action,
            about=node.about,
            place=node.place,
            after=tuple(names[id(before)] for before in after),
            parent=names[id(parent)] if parent is not None else None,
            count=node.count,
        )
        for node, parent, after in entries
    )
