"""Quests: planned exactly, worded from scripts, walked to every end."""
