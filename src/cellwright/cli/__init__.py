"""The command line: commands parse and call `app`, views print."""
