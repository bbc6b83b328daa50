"""HTTP/2 as far as gRPC between Terraform and a provider needs it."""
