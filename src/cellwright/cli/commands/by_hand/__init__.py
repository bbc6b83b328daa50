"""The commands of the panel 'By hand' in help."""
