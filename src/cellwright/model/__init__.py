"""The values that every room speaks; imports the standard library only."""
