"""From layers of settings to units with resolved inputs."""
