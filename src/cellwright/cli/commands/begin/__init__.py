"""The commands of the panel 'Begin' in help."""
