"""Who has access: people, their tokens and second factors."""
