module "access" {
  source = "../"

  name              = "prod-use1"
  region            = "us-east-1"
  vpc_id            = "vpc-0123456789abcdef0"
  subnet_ids        = ["subnet-0123456789abcdef0"]
  cluster_arn       = "arn:aws:ecs:us-east-1:111122223333:cluster/prod-use1"
  command_log_group = "/ecs/prod-use1/commands"
  command_key_arn   = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  allowed_cidrs     = ["10.16.0.0/16"]

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "access"
    ManagedBy = "terraform"
  }
}
