"""The walk kind: from one figure seen from the front to a walk cycle in four directions."""
