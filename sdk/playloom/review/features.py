"""What is measured on content so that a taste can be learnt: whole numbers by name.

A measure is in thousandths; "style:ruins" is 1000 where it holds. A name that is absent is 0. Each kind has
its own chapter, so that who makes levels loads no sprites.
"""

HOLDS = 1000  # value of what is so or not
NAMED_HIGH = 64  # characters of a name


def with_names(features: dict[str, int], **names: object) -> dict[str, int]:
    """Return measures and the names that hold (theme="cave" is "theme:cave"), sorted."""
    for sort, name in names.items():
        if isinstance(name, str) and name and name.isprintable():
            features[f"{sort}:{name}"[:NAMED_HIGH]] = HOLDS
    return dict(sorted(features.items()))
