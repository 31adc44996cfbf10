"""What a card says of a level package: the loss on maps set aside, and what `playloom evaluate` finds.

Held-out maps of the default packages are of the `heldout` split (real maps) and
of another seed (teachers); nothing is ever trained on them or chosen by them.
"""

import torch

from playloom.commands.output import progress
from playloom.kinds.level.generator import LevelGenerator
from playloom.package import Metric, Package
from playloom_train.kinds.level import train as loop
from playloom_train.kinds.level.batches import Batches
from playloom_train.kinds.level.evaluation.figures import metrics
from playloom_train.kinds.level.evaluation.reference import Reference, maps_of
from playloom_train.kinds.level.evaluation.run import Findings, Plan, evaluate
from playloom_train.kinds.level.model import LevelNet
from playloom_train.kinds.level.recipe import Collection, Recipe


def measured(
    recipe: Recipe,
    package: Package,
    seen: list[Collection],
    held: list[Collection],
    *,
    count: int,
    seed: int | None = None,
) -> tuple[tuple[Metric, ...], Findings]:
    """Return the card's figures of a package, and all that was found with the levels made.

    Args:
        recipe: What was taught.
        package: What came of it.
        seen: The maps it was trained on.
        held: Maps that it never saw; none, if there are too few.
        count: Levels of each theme.
        seed: Of the first of them; None: far from any that people try.
    """
    whole = [one for one in held if one.asked is None]  # a block of a map is none to compare with
    reference = Reference(recipe.symmetries, maps_of(seen), maps_of(whole))
    plan = Plan(count=count, times=False) if seed is None else Plan(count=count, times=False, seed=seed)
    generator = LevelGenerator(package)
    with progress(plan.steps(generator), "measuring", shown=True) as report:
        findings = evaluate(generator, reference, plan, report)
    return metrics(findings.evaluation), findings


def losses(
    recipe: Recipe, net: LevelNet, held: list[Collection], what: str = "held-out maps"
) -> list[Metric]:
    """Return the loss on held-out maps, in all and for each style of several."""
    results = []
    for style in ("", *recipe.styles) if len(recipe.styles) > 1 else ("",):
        some = [one for one in held if style in ("", one.style) and len(one.cells)]
        if some:
            batches = Batches(recipe, some, 777)
            loss = loop.validate(net, [batches.draw(32) for _ in range(8)], torch.device("cpu"))
            how = f"mean cross-entropy of masked cells of {what}, nats"
            results.append(Metric(name=f"loss {style}".strip(), value=round(loss, 4), how=how))
    return results
