"""Address space: pools, the blocks that cells hold, blocks in quarantine."""
