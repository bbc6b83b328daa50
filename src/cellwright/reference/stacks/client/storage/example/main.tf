module "storage" {
  source = "../"

  name              = "acme"
  fleet             = "medloop"
  region            = "us-east-1"
  kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  service_role_name = "client-acme-service"
  access_log_bucket = "medloop-access-logs-123456789012"
  object_lock       = { mode = "GOVERNANCE", days = 90 }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "storage"
    ManagedBy = "terraform"
  }
}
