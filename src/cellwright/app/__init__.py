"""The composition root: one function per use case, taking a request and returning a value."""
