"""What a game ships: a pack of content that was made before, or the server without Python."""
