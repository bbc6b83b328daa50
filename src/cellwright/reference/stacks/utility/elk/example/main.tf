module "elk" {
  source = "../"

  name       = "prod-use1"
  fleet      = "medloop"
  region     = "us-east-1"
  vpc_id     = "vpc-0123456789abcdef0"
  subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]

  manager_role_arns = ["arn:aws:iam::123456789012:role/medloop-operator"]
  reader_role_arns  = ["arn:aws:iam::123456789012:role/medloop-auditor"]
  alarm_topic_arn   = "arn:aws:sns:us-east-1:123456789012:prod-use1-alarms"
  allowed_cidrs     = ["10.16.0.0/16"]
  log_groups        = { vault = "/vault/prod-use1", commands = "/ecs/prod-use1/commands" }

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "elk"
    ManagedBy = "terraform"
  }
}
