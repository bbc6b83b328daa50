"""Workflows of GitHub Actions."""
