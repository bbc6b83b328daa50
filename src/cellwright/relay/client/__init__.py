"""The relay as Cellwright uses it: when to use it, what to ask of it, how to start it."""
