"""What happens now, sent to browsers as it happens (server-sent events)."""
