module "foundation" {
  source = "../"

  name            = "acme"
  region          = "us-east-1"
  vpc_id          = "vpc-0123456789abcdef0"
  account_cidr    = "10.16.0.0/16"
  cidr            = "10.64.0.0/22"
  nat_gateway_ids = { a = "nat-0123456789abcdef0" }
  boundary_arn    = "arn:aws:iam::123456789012:policy/prod-use1-boundary"

  deployer_boundary_arn = "arn:aws:iam::123456789012:policy/prod-use1-client-deployer-boundary"
  deployer_policy_arns  = { tagged = "arn:aws:iam::123456789012:policy/prod-use1-client-deployer-tagged" }
  deployer_principals   = ["arn:aws:iam::123456789012:role/pipeline"]

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "foundation"
    ManagedBy = "terraform"
  }
}
