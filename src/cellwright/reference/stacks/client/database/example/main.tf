module "database" {
  source = "../"

  name                     = "acme"
  region                   = "us-east-1"
  vpc_id                   = "vpc-0123456789abcdef0"
  subnet_ids               = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  client_security_group_id = "sg-0123456789abcdef0"
  kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  service_role_name        = "client-acme-service"
  boundary_arn             = "arn:aws:iam::123456789012:policy/prod-use1-clients"
  alarm_topic_arn          = "arn:aws:sns:us-east-1:123456789012:prod-use1-alarms"
  instance_class           = "db.m7g.large"

  setup = {
    cluster_arn = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
    subnet_ids  = ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"]
  }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "database"
    ManagedBy = "terraform"
  }
}
