"""Packs: a world that hangs together as the folder of a Godot project, and the check that it does."""
