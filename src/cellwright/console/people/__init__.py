"""What the pages of people and tokens share."""
