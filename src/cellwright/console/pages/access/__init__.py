"""The pages of people: signing in, accounts, roles and tokens."""
