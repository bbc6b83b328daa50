"""What commands take, as values; light enough to answer `--help` at once."""
