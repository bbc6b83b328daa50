"""The pipeline of GitLab."""
