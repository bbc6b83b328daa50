module "vault" {
  source = "../"

  name         = "prod-use1"
  region       = "us-east-1"
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]
  cluster_arn  = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
  namespace_id = "ns-0123456789abcdef"
  namespace    = "svc.prod-use1.internal"

  allowed_cidrs   = ["10.16.0.0/16"]
  login_role_arns = ["arn:aws:iam::444455556666:role/medloop/shared/prod-euw1-vault-login"]
  alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:prod-use1-alarms"

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "vault"
    ManagedBy = "terraform"
  }
}
