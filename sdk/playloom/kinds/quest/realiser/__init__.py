"""The realiser: a small language model that writes and ranks the lines of quests, its slots open."""
