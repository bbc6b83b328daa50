"""What the relay keeps on disk: schemas, clean configuration checks, file digests."""
