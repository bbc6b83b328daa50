"""The working folder of one unit and what is written into it."""
