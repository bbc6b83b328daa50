mock_provider "aws" {}

variables {
  name            = "tools"
  region          = "us-east-1"
  vpc_id          = "vpc-0123456789abcdef0"
  route_table_ids = ["rtb-0123456789abcdef0"]

  accepts = {
    prod-use1 = { connection_id = "pcx-0123456789abcdef0", cidr = "10.16.0.0/16" }
    prod-euw1 = { connection_id = "pcx-0123456789abcdef1", cidr = "10.17.0.0/16", further_cidrs = ["10.90.0.0/16"] }
  }

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "base"
    Stack     = "peering"
    ManagedBy = "terraform"
  }
}

run "clients_learn_which_connection_leads_where" {
  command = apply # ids are known then

  assert {
    condition     = keys(output.routes) == ["10.16.0.0/16", "10.17.0.0/16", "10.90.0.0/16"] && output.routes["10.17.0.0/16"] == output.routes["10.90.0.0/16"]
    error_message = "Clients' tables take their routes from here: ${jsonencode(output.routes)}"
  }
}
