"""People: signing in, first administrator, sessions, tokens and grants."""
