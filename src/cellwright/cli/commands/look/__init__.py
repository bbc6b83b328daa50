"""The commands of the panel 'Look' in help."""
