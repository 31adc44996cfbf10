"""`python -m playloom_train ...` is `playloom train ...`, in the form that `torchrun -m` starts."""

import sys

from playloom.cli import main

if __name__ == "__main__":
    main(["train", *sys.argv[1:]])
