"""The sorts of content Playloom makes; each is a folder here and an entry point."""
