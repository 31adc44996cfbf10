"""The subcommands of `playloom`; each module imports light and loads the rest when it is run."""
