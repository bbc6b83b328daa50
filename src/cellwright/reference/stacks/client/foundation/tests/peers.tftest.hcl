mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mocked" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:mocked" }
  }
}

variables {
  name         = "acme"
  region       = "us-east-1"
  vpc_id       = "vpc-0123456789abcdef0"
  cidr         = "10.64.0.0/22"
  account_cidr = "10.16.0.0/16"
  peer_routes  = { "10.19.0.0/16" = "pcx-0123456789abcdef0" }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "foundation"
    ManagedBy = "terraform"
  }
}

run "each_table_of_the_client_leads_to_the_peer" {
  command = plan

  assert {
    condition     = length(aws_route.peer) == length(aws_route_table.private) && alltrue([for route in aws_route.peer : route.destination_cidr_block == "10.19.0.0/16" && route.vpc_peering_connection_id == "pcx-0123456789abcdef0"])
    error_message = "Every zone's table has a route to the peer."
  }
}

run "the_network_acl_lets_the_peer_pass_before_it_turns_others_away" {
  command = plan

  assert {
    condition = alltrue([for rules in [aws_network_acl.private[0].ingress, aws_network_acl.private[0].egress] :
      one([for rule in rules : rule.rule_no if rule.cidr_block == "10.19.0.0/16" && rule.action == "allow"]) <
      one([for rule in rules : rule.rule_no if rule.cidr_block == "10.0.0.0/8" && rule.action == "deny"])
    ])
    error_message = "The first rule that fits decides."
  }
}

run "services_reach_vault_and_consul_here_and_there" {
  command = plan

  assert {
    condition = toset([for rule in aws_vpc_security_group_egress_rule.services : "${rule.cidr_ipv4} ${rule.from_port}"]) == toset([
      "10.16.0.0/16 8200", "10.16.0.0/16 8501", "10.19.0.0/16 8200", "10.19.0.0/16 8501",
    ])
    error_message = "Else the client's group lets out TLS at port 443 alone."
  }
}

run "a_client_in_shared_subnets_makes_no_route" {
  command = plan

  variables {
    cidr              = null
    shared_subnet_ids = ["subnet-0123456789abcdef0"]
  }

  assert {
    condition     = length(aws_route.peer) == 0
    error_message = "The account's tables have it already."
  }
}
