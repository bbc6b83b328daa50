"""The commands of the panel 'Serve' in help."""
