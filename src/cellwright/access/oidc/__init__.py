"""Signing in with OpenID Connect: what a provider says of itself, the way there and back, the id token."""
