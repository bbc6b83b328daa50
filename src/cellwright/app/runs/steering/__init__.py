"""What other processes say to a run: answers, pauses, an end."""
