"""Results as JSON documents; command line and console both use them."""
