"""Scripts in semantic patches: read here, run in a process of their own."""
