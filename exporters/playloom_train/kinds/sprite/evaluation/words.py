"""What each figure means and which way is good, for people who have not read the papers."""

MEANINGS = (
    (
        "as drawn, mended",
        "higher is better",
        "Share of first proposals that keep the whole pixel contract as the network drew them, and after "
        "mending. Mending touches only what breaks the contract. A proposal that fails is drawn again; a "
        "request of which no attempt passes ends in an error and never gives a sprite.",
    ),
    (
        "pixels mended",
        "lower is better",
        "Mean share of the square's pixels that mending changed.",
    ),
    (
        "palette used",
        "as many as the picture needs; a few of many is too few",
        "Share of the palette's colours that stand in a sprite. No other colour ever does: the contract says "
        "so. In a held-out sprite's own colours, the real sprite uses all of them.",
    ),
    (
        "to the nearest training sprite, near copies",
        "about as much as held-out sprites, or more",
        "Share of pixels unlike the training sprite that is most alike, moved, mirrored or recoloured. "
        "What is too near is refused and drawn again; how often that happened is told. Artists draw "
        "variations, so held-out sprites, which were never trained on, are near to some, too. Tiles are "
        "counted apart, since plain ground looks like plain ground.",
    ),
    (
        "two of a category differ in, alike pairs",
        "about as much as held-out sprites",
        "Variety: share of differing pixels between two sprites of one category and size that were asked for "
        "by the category alone. A model that draws one thing again and again is far below.",
    ),
    (
        "read as the category",
        "about as often as held-out sprites; the baselines are chance",
        "A reader that learnt what the training sprites show (clusters of small patches, and ridge "
        "regression) says what it sees. Held-out sprites show how well it reads. Once the sprites were "
        "asked for with the category, style, words, size and colours of held-out ones, once by the category "
        "alone.",
    ),
    (
        "told apart by a word",
        "50 % is chance; compare with held-out sprites",
        "Of two sprites of a category, one of which was asked for with a word, how often the reader finds "
        "the word more in that one.",
    ),
    (
        "kernel distance",
        "lower is closer; compare with the columns beside it",
        "Distance between generated and held-out sprites in the reader's features (as KID is reckoned; 0 "
        "where both are drawn alike, and chance can make it a little negative). Training: real sprites of "
        "the same kinds, the floor. Markov chain: each pixel by five neighbours, with texture and no shape. "
        "Shuffled: real sprites cut into 16 blocks that changed places. Only figures of the same page can be "
        "compared: another reader has other features.",
    ),
    (
        "density, coverage",
        "about as much as training sprites",
        "How many of the sprites lie among held-out ones (density, near 1 for real ones), and the share of "
        "held-out sprites that have one near (coverage): fidelity and variety. Low coverage with high "
        "density is a model that repeats what is usual.",
    ),
    (
        "silhouettes, shades 3x3; shape and colour",
        "lower is closer, 0 to 1",
        "Jensen-Shannon divergence in bits, from held-out sprites: of squares of 3x3 pixels (opaque or not; "
        "dark, middle, light), and of counts such as filling, symmetry or contrast. Training sprites show "
        "how much chance makes of so few sprites.",
    ),
)
