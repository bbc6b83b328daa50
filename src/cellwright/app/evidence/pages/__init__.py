"""The evidence for reading: HTML without script and without other files, for screens and for paper."""
