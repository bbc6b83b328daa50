module "sftp" {
  source = "../"

  name          = "acme"
  region        = "us-east-1"
  bucket        = "medloop-acme-123456789012"
  bucket_arn    = "arn:aws:s3:::medloop-acme-123456789012"
  kms_key_arn   = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  boundary_arn  = "arn:aws:iam::123456789012:policy/prod-use1-clients"
  vpc_id        = "vpc-0123456789abcdef0"
  subnet_ids    = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  partner_cidrs = ["203.0.113.0/24"]

  users = {
    labcorp = { keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1Zz0bC1bP9m2J7r6mH8yq0m3V5s9pN4kT7wXy2eQfR"] }
  }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "sftp"
    ManagedBy = "terraform"
  }
}
