"""The commands of the panel 'Change' in help."""
