"""What each figure means and which way is good, for people who have not read the papers."""

MEANINGS = (
    (
        "lines that came to an end, slots named that had to be, slots of no use",
        "all, all, none",
        "A line that a quest asks for must name certain things (the item, the place) and no others. As "
        "used, the rules see to that, and where no try keeps them an authored line is said instead. Free"
        " shows what the network does by itself.",
    ),
    (
        "distinct-1, 2, 3",
        "about as much as held-out lines",
        "Share of words, pairs and triples of words that occur once among all lines of a column. A model"
        " that says the same again and again is far below; one that strings words together by chance is "
        "above. The columns have about as many lines each; fewer lines give higher shares.",
    ),
    (
        "6-grams and whole lines that training has, 3-grams in the nearest line",
        "about as much as held-out lines",
        "How much was learnt by heart: runs of six words, and whole lines, that stand in a training "
        "line; and of a line's triples of words the share that one training line has.",
    ),
    (
        "taken for its act, its tone",
        "about as often as held-out lines",
        "A classifier (softmax regression on words and pairs of words, learnt from the training scripts)"
        " says what the line is for and how it sounds. On held-out lines it shows how well it can tell "
        "at all: a single line often has no tone.",
    ),
    (
        "nats a token, a word",
        "lower is better",
        "How surprising people's text is: e to this power is the perplexity. Tokens are those of the "
        "package; words are parted by spaces. The 5-gram models (interpolated Kneser-Ney) learnt from "
        "the same lines, once from all sources, once from our scripts alone.",
    ),
    (
        "the true next line",
        "higher is better; chance is 5 %",
        "The line that comes next in a held-out script is hidden among others of the same act from "
        "scripts that were not trained on. What was said before: how much likelier it makes a token. "
        "Likelihood alone looks at the line by itself, shared words at rare words that were said before.",
    ),
)
