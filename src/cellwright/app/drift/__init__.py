"""Use cases about drift: looks by schedule or by hand, what they have found, acknowledge, repair."""
