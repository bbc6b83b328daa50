"""Jenkins over its REST interface: a job is started, followed and its outcome read."""
