"""One function per use case: takes a session, who acts, a request and a conversation; returns a value."""
