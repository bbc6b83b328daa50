mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "222233334444" }
  }
}

variables {
  name            = "tools"
  region          = "us-east-1"
  vpc_id          = "vpc-0123456789abcdef0"
  route_table_ids = ["rtb-0123456789abcdef0"]

  accepts = {
    prod-use1 = { account_id = "111122223333", region = "us-east-1", connection_id = "pcx-0123456789abcdef0", cidr = "10.16.0.0/16" }
    prod-euw1 = { account_id = "222233334444", region = "eu-west-1", connection_id = "pcx-0123456789abcdef1", cidr = "10.17.0.0/16", further_cidrs = ["10.90.0.0/16"] }
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

run "another_account_or_region_accepts_with_its_own_credentials" {
  command = plan

  variables {
    accepts = {}
    requests = {
      prod-use1 = { account_id = "111122223333", region = "us-east-1", vpc_id = "vpc-0123456789abcdef1", cidr = "10.16.0.0/16" }
      prod-euw1 = { account_id = "222233334444", region = "eu-west-1", vpc_id = "vpc-0123456789abcdef2", cidr = "10.17.0.0/16" }
    }
  }

  assert {
    condition     = alltrue([for connection in aws_vpc_peering_connection.this : connection.auto_accept == false]) && aws_vpc_peering_connection.this["prod-euw1"].peer_region == "eu-west-1"
    error_message = "AWS lets nobody accept for another account or region."
  }
}

run "within_one_account_and_region_the_one_that_asks_owns_the_connection" {
  command = apply

  variables {
    accepts = {}
    requests = {
      tools2 = { account_id = "222233334444", region = "us-east-1", vpc_id = "vpc-0123456789abcdef1", cidr = "10.20.0.0/16" }
    }
  }

  assert {
    condition     = aws_vpc_peering_connection.this["tools2"].auto_accept
    error_message = "Nobody else accepts it."
  }

  # Left to AWS: the provider refuses to accept at once where a region is named.
  assert {
    condition     = aws_vpc_peering_connection.this["tools2"].peer_region != "us-east-1"
    error_message = "A region is named."
  }
}

run "and_the_other_one_leaves_its_tags_alone" {
  command = apply

  variables {
    accepts = {
      prod-use1 = { account_id = "111122223333", region = "us-east-1", connection_id = "pcx-0123456789abcdef0", cidr = "10.16.0.0/16" }
      tools2    = { account_id = "222233334444", region = "us-east-1", connection_id = "pcx-0123456789abcdef2", cidr = "10.20.0.0/16", dns = true }
    }
  }

  assert {
    condition     = keys(aws_vpc_peering_connection_accepter.this) == ["prod-use1"]
    error_message = "Two units would tag one connection, each as its own, with every apply."
  }

  assert {
    condition     = aws_route.peer["tools2 10.20.0.0/16 rtb-0123456789abcdef0"].vpc_peering_connection_id == "pcx-0123456789abcdef2" && aws_vpc_peering_connection_options.accepted["tools2"].vpc_peering_connection_id == "pcx-0123456789abcdef2"
    error_message = "Its routes lead over the connection all the same."
  }
}
