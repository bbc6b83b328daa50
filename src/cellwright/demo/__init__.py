"""The demo: the reference fleet on an emulated AWS, end to end."""
