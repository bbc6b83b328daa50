"""People, tokens, webhooks and workers as JSON."""
