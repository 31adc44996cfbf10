"""Content as code: a project file becomes a plan, and the plan files; only what changed is made anew."""
