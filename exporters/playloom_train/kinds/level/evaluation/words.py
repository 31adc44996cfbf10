"""What each figure means and which way is good, for people who have not read the papers."""

MEANINGS = (
    (
        "valid before repair",
        "higher is better",
        "Share of seeds whose first proposal passes every check as the network drew it, with the objects "
        "put where they stand in the finished level. It shows what the network knows of playable maps by "
        "itself. Beside it: the same share of the Markov chain's maps.",
    ),
    (
        "valid after",
        "100 % is the promise",
        "Share of seeds that give a level which passes the independent check when it is judged once more. "
        "A seed that gives none ends in an error that names the failed checks; it never gives an unusable "
        "level.",
    ),
    (
        "cells edited",
        "lower is better",
        "Share of a level's cells that repair changed to make it playable. Few edits leave the style alone.",
    ),
    (
        "controls",
        "met: higher is better; error: 0 is exact",
        "Each level is asked for about half of the controls, with values that other levels of its style "
        "happen to have. The error is |asked - measured| of the levels made; a solution's length may "
        "differ by a tenth from the one asked for. A request that gives no level meets none of its "
        "wishes. The proposal's error is that of the network alone, before anything was edited.",
    ),
    (
        "TPKL 2x2, 3x3",
        "lower is closer; compare with the columns beside it",
        "Tile-pattern KL divergence (Lucas and Volz 2019), in nats: how differently often each square of "
        "2x2 or 3x3 tiles occurs, in both directions. Training: what real maps of the style score. "
        "Markov: maps of a chain that chooses each cell by five neighbours, which copies local texture "
        "well and plans nothing, so it can score well here though hardly any of its maps can be played. "
        "Strewn: tiles by their frequency alone. Read it together with validity and originality.",
    ),
    (
        "JS 3x3",
        "lower is closer, 0 to 1",
        "Jensen-Shannon divergence of the 3x3 patterns of ground, objects left out, in bits.",
    ),
    (
        "copied windows",
        "about as much as held-out maps, or less",
        "Share of 6x6 windows of ground, nearly empty and nearly full ones left out, that stand cell for "
        "cell in some training map, turned or mirrored where maps of the style may be. Held-out maps were "
        "never trained on: what they score is chance and style, what goes far beyond is copying.",
    ),
    (
        "to nearest training map",
        "about as much as held-out maps, or more",
        "Mean minimum edit distance to real maps (AMED) as a share: ground cells unlike the training map, "
        "or window of one, that is most alike, turned or mirrored where maps of the style may be. 0 would "
        "be a copy of a whole map. Least is the smallest of all levels.",
    ),
    (
        "to nearest sibling, two levels differ in",
        "about as much as held-out maps",
        "Diversity: share of ground cells unlike the most similar other level (AMED self), and unlike any "
        "other level on average. Pattern bits is the entropy of 3x3 patterns: low means monotonous.",
    ),
)
