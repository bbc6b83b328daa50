module "network" {
  source = "../"

  name           = "prod-use1"
  region         = "us-east-1"
  cidr           = "10.16.0.0/16"
  internal_cidrs = ["10.64.0.0/12"]
  nat_gateways   = "per_zone"

  interface_endpoints = ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sts"]

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "base"
    Stack     = "network"
    ManagedBy = "terraform"
  }
}
