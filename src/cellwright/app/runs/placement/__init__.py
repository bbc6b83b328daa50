"""Places of new cells: those that are free, and those that rules choose."""
