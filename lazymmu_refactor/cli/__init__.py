"""The commands: flags in, printing out, nothing decided."""
