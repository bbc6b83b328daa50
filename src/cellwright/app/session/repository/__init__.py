"""Where a fleet's settings come from and are changed: a folder, a clone, a work tree of one commit."""
