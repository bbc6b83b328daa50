"""fleet.yaml, the files of a fleet and their documents."""
