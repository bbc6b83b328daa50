module "peering" {
  source = "../"

  name            = "prod-use1"
  region          = "us-east-1"
  vpc_id          = "vpc-0123456789abcdef0"
  route_table_ids = ["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"]

  requests = {
    prod-usw2 = {
      account_id = "123456789012"
      region     = "us-west-2"
      vpc_id     = "vpc-0123456789abcdef1"
      cidr       = "10.32.0.0/16"
    }
  }

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "base"
    Stack     = "peering"
    ManagedBy = "terraform"
  }
}
