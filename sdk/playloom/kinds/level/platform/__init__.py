"""Levels seen from the side: jumps, falls and ladders."""
