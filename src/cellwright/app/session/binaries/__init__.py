"""The programs that a session's fleet is run with."""
