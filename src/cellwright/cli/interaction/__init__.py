"""The person at the terminal during a run: progress, questions, Ctrl-C."""
