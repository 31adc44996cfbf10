"""The recipes of the default level packages, by name."""

from playloom_train.kinds.level.recipes.sideview import SIDEVIEW
from playloom_train.kinds.level.recipes.sokoban import SOKOBAN_RECIPE
from playloom_train.kinds.level.recipes.topdown import TOPDOWN

RECIPES = {recipe.name: recipe for recipe in (TOPDOWN, SIDEVIEW, SOKOBAN_RECIPE)}
