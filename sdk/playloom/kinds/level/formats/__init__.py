"""Reading and writing levels in the formats of other tools."""
