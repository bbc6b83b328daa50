"""What an editor asks about fleet.yaml itself."""
