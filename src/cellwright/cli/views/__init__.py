"""Views that several commands print, and views too long for their command's file."""
