"""Resources and states that go from one place to another, for runs and for commands."""
