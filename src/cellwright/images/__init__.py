"""Images of containers: built and pushed by whichever engine this machine has."""
