"""For whoever operates the server: its metrics, its log of requests, and what it does beside requests."""
