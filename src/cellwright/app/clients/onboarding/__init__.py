"""A client is added: settled, previewed, proposed, and taken back if refused."""
