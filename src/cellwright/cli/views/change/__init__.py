"""What the commands that change something print: plans, questions, reports."""
