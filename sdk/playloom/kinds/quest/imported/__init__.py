"""Language models that a developer brings: read, held to the plan's names, asked for the lines of quests."""
