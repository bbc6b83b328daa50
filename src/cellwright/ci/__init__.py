"""Pipelines: the files by which GitHub, GitLab or Jenkins carry a fleet out, made from its settings."""
