"""Web servers as they are reached from one environment."""
