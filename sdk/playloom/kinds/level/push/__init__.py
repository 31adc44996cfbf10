"""Sokoban: an exact solver, its replay and check, and puzzles made by playing backwards."""
