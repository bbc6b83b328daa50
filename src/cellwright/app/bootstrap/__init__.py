"""Bootstrap: from an empty account to a fleet that is looked after by its own Jenkins, step by step."""
