"""How a service of moto is patched."""
