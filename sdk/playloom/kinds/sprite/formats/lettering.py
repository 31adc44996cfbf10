"""Letters of three by five pixels, drawn here: the same on every machine, whatever fonts it has."""

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 3, 5

# Each row of a letter is a number from 0 to 7, its highest bit on the left.
_LETTERS = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757",
    "7": "71122", "8": "75757", "9": "75717", "a": "25755", "b": "65656", "c": "34443", "d": "65556",
    "e": "74647", "f": "74644", "g": "34553", "h": "55755", "i": "72227", "j": "11153", "k": "55655",
    "l": "44447", "m": "57755", "n": "65555", "o": "25552", "p": "65644", "q": "25563", "r": "65655",
    "s": "34216", "t": "72222", "u": "55557", "v": "55552", "w": "55775", "x": "55255", "y": "55222",
    "z": "71247", "-": "00700", "_": "00007", ".": "00002", ",": "00024", ":": "02020", "/": "11244",
    "%": "51245", "#": "57575", "+": "02720", "=": "07070", "(": "24442", ")": "21112", "'": "22000",
    "!": "22202", "?": "71202", " ": "00000",
}  # fmt: skip


def lettering(text: str) -> NDArray[np.bool_]:
    """Return where there is ink, (5, W); capitals look like small ones, what has no letter like "?"."""
    columns = np.zeros((HEIGHT, max(0, len(text) * (WIDTH + 1) - 1)), bool)
    for place, char in enumerate(text.lower()):
        rows = np.array([int(row) for row in _LETTERS.get(char, _LETTERS["?"])])
        left = place * (WIDTH + 1)
        columns[:, left : left + WIDTH] = rows[:, None] >> np.array([2, 1, 0]) & 1
    return columns
