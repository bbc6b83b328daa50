mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_availability_zones" {
    defaults = { names = ["us-west-1c", "us-west-1a"] }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mocked" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:mocked" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }
}

variables {
  name   = "prod-usw1"
  region = "us-west-1"
  cidr   = "10.16.0.0/16"

  tags = {
    Client    = "shared"
    Cell      = "prod-usw1"
    Fleet     = "medloop"
    Level     = "base"
    Stack     = "network"
    ManagedBy = "terraform"
  }
}

run "zones_are_those_of_the_region" {
  command = plan

  variables {
    nat_gateways = "per_zone"
  }

  assert {
    condition     = [for subnet in aws_subnet.private : subnet.availability_zone] == ["us-west-1a", "us-west-1c"]
    error_message = "The region has no zone b: ${jsonencode([for subnet in aws_subnet.private : subnet.availability_zone])}"
  }

  assert {
    condition     = join(",", output.zones) == "a,c" && join(",", keys(aws_nat_gateway.this)) == "a,c"
    error_message = "Clients' subnets and gateways follow the zones that were found."
  }
}

run "zones_named_by_hand_are_taken" {
  command = plan

  variables {
    zones = ["c"]
  }

  assert {
    condition     = join(",", output.zones) == "c"
    error_message = "What is named is taken."
  }
}

run "a_network_answers_its_private_names" {
  command = plan

  assert {
    condition     = aws_vpc.this.enable_dns_hostnames && aws_vpc.this.enable_dns_support
    error_message = "Route 53 answers for private zones only where both are on."
  }

  assert {
    condition     = aws_route53_zone.private[0].name == "prod-usw1.internal"
    error_message = "The zone has the cell's name."
  }
}

run "public_subnets_let_in_the_ports_that_are_asked_for" {
  command = plan

  variables {
    public_ports = [443, 22]
  }

  assert {
    condition = toset([
      for rule in aws_network_acl.public.ingress : rule.from_port
      if rule.action == "allow" && rule.cidr_block == "0.0.0.0/0" && rule.from_port < 1024
    ]) == toset([22, 443])
    error_message = "Partners' SFTP comes in at port 22."
  }
}

run "networks_of_the_fleet_reach_private_subnets" {
  command = plan

  variables {
    internal_cidrs = ["10.64.0.0/10", "10.16.0.0/12"]
  }

  assert {
    condition = alltrue([for block in ["10.64.0.0/10", "10.16.0.0/12"] :
      anytrue([for rule in aws_network_acl.private.ingress : rule.cidr_block == block && rule.protocol == "-1" && rule.action == "allow"])
    ])
    error_message = "Peers come in at any port, 443 and 8200 too."
  }
}

run "endpoints_let_the_organisation_pass" {
  command = plan

  variables {
    organization_id      = "o-a1b2c3d4e5"
    endpoint_account_ids = ["444455556666"]
  }

  assert {
    condition = [for statement in jsondecode(aws_vpc_endpoint.gateway["dynamodb"].policy).Statement : statement.Condition.StringEquals] == [
      { "aws:PrincipalAccount" = ["111122223333", "444455556666"] },
      { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" },
    ]
    error_message = "A central CI takes roles of other accounts: ${aws_vpc_endpoint.gateway["dynamodb"].policy}"
  }
}

run "endpoints_let_nobody_else_pass" {
  command = plan

  assert {
    condition     = jsondecode(aws_vpc_endpoint.gateway["dynamodb"].policy).Statement[*].Condition.StringEquals == [{ "aws:PrincipalAccount" = ["111122223333"] }]
    error_message = "Without more being named, this account alone passes."
  }
}

run "flow_logs_are_kept_for_six_years_in_the_bucket" {
  command = plan

  variables {
    flow_log_bucket_arn = "arn:aws:s3:::medloop-audit-111122223333-us-west-1/flow-logs/"
  }

  assert {
    condition     = aws_flow_log.kept[0].log_destination_type == "s3" && aws_flow_log.kept[0].traffic_type == "ALL"
    error_message = "All traffic is kept in the bucket."
  }

  assert {
    condition     = aws_cloudwatch_log_group.flows[0].retention_in_days == 90
    error_message = "CloudWatch has the last 90 days."
  }
}

run "without_a_bucket_the_log_group_keeps_them" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.flows[0].retention_in_days == 2192 && length(aws_flow_log.kept) == 0
    error_message = "Nothing else keeps them for six years."
  }
}
