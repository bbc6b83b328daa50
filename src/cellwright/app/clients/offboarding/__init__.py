"""How a client leaves: plans, a hold, an export, the destruction, a look at what is gone, the archive."""
