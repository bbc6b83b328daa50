"""Who acts, and what vouches for it."""
