"""Webhooks: other systems are told of events."""
