module "analytics" {
  source = "../"

  name               = "acme"
  fleet              = "medloop"
  region             = "us-east-1"
  bucket             = "medloop-acme-123456789012"
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  service_role_name  = "client-acme-service"
  boundary_arn       = "arn:aws:iam::123456789012:policy/prod-use1-clients"
  crawler            = { schedule = "cron(15 3 * * ? *)" }
  analyst_principals = ["arn:aws:iam::123456789012:role/analysts"]

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "analytics"
    ManagedBy = "terraform"
  }
}
