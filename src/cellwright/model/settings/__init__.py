"""What the sections of fleet.yaml say."""
