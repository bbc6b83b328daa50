"""JSON Schema for the fleet's files: made from the models of fleet.yaml and from the stacks' contracts."""
