"""What the pages of runs are made of: words for states, plans as differences, drawings of units."""
