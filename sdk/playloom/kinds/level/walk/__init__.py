"""Levels seen from above, walked through on foot: how they are finished and checked."""
