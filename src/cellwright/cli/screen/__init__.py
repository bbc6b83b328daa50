"""Printing: the console, layouts, colours, JSON output."""
