"""The command line: commands call the use cases in `app` and print their results."""
