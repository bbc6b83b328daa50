"""Pages that are made from the code: commands, settings, JSON documents, the API."""
