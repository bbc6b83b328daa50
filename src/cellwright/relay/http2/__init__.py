"""HTTP/2 and gRPC as far as the relay needs them, on top of the h2 library."""
