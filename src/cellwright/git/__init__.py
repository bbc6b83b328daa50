"""The one door to the git binary: stack sources and the fleet repository."""
