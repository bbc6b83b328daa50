"""Reading plans: what they change, destroy and say about drift."""
