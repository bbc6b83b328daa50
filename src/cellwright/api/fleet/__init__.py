"""The fleet, its cells, units and addresses as JSON."""
