"""Who holds which block of addresses, now and earlier."""
