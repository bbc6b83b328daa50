"""Whether all is there that commands need: what was looked at, what is wrong, and what to do about it."""
