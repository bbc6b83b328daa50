"""Whether Terraform's files are secure, as checkov judges them."""
