mock_provider "aws" {}

variables {
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

run "each_table_of_the_peer_leads_back" {
  command = plan

  assert {
    condition     = toset([for route in aws_route.back : "${route.route_table_id} ${route.destination_cidr_block}"]) == toset(["rtb-0123456789abcdef0 10.64.0.0/22", "rtb-0123456789abcdef1 10.64.0.0/22"])
    error_message = "The peer's answers find the client in every zone."
  }
}

run "without_a_block_there_is_nothing_to_find" {
  command = plan

  variables {
    cidr = null
  }

  assert {
    condition     = length(output.route_table_ids) == 0
    error_message = "The account's own block is known to the peer."
  }
}
