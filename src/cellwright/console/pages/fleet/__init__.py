"""The pages that show the fleet."""
