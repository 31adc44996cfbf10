"""Plans of quests over the example worlds, all strategies and depths: how many hold, and how long one takes.

Run: ``.venv/bin/python benchmarks/quest_plans.py 1000``
"""

import statistics
import sys
import time
from collections import Counter

from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.plan import plan
from playloom.kinds.quest.plan_check import plan_faults
from playloom.kinds.quest.plan_request import DEPTH_HIGH
from playloom.kinds.quest.strategies import STRATEGIES
from playloom.kinds.quest.world_file import EXAMPLES, example_world
from playloom.seeds import Stream


def main(count: int) -> None:
    """Make ``count`` plans in each world and print what came of them."""
    names = list(STRATEGIES)
    for name in EXAMPLES:
        world = example_world(name)
        taken, faults, steps, strategies, unlike = [], 0, Counter[int](), Counter[str](), set[str]()
        for seed in range(count):
            depth = seed % (DEPTH_HIGH + 1)
            strategy = names[(seed // (DEPTH_HIGH + 1)) % len(names)]
            request = QuestRequest(seed=seed, strategy=strategy, depth=depth)
            began = time.process_time()
            made = plan(world, request, Stream(seed, "quest"))
            taken.append(1000 * (time.process_time() - began))
            faults += bool(plan_faults(made, world))
            steps[depth] += len(made.steps)
            strategies[made.strategy] += 1
            unlike.add(f"{made.strategy} {sorted(made.bindings.items())} {made.steps}")
        mean = ", ".join(f"{steps[depth] * (DEPTH_HIGH + 1) / count:.1f}" for depth in sorted(steps))
        print(
            f"{name}: {count} plans, {len(strategies)} strategies, {faults} invalid, {len(unlike)} unlike; "
            f"steps by depth {mean}; {statistics.median(taken):.1f} ms CPU each, slowest {max(taken):.1f} ms"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
