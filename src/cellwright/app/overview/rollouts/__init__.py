"""Rollouts as pages and programs see them: each as far as whoever asks may see its cells."""
