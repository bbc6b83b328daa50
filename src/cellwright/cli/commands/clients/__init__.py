"""The commands of the panel 'Clients' in help."""
