module "peering" {
  source = "../"

  name            = "acme"
  region          = "us-east-1"
  cidr            = "10.64.0.0/22"
  connection_id   = "pcx-0123456789abcdef0"
  route_table_ids = ["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"]

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "peering"
    ManagedBy = "terraform"
  }
}
