"""What pages show of the whole fleet: kept between requests, and brought up to date by what has happened."""
