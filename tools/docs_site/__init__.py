"""Makes the documentation's site: `make docs`."""
