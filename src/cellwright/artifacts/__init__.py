"""The artifact store: logs and plans that another machine needs. No secret lies in it in clear."""
