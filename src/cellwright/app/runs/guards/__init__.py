"""What a run may not touch, and what must be so before it goes on."""
