"""The pages on which clients are onboarded and edited."""
