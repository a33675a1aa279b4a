"""What scripts import: these modules are loaded by the process that runs scripts, and only there."""
