"""Training of the realiser of quests."""
