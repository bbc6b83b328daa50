"""How the API's requests and answers look: what all its calls have in common."""
