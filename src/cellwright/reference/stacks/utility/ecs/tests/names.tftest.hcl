mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name   = "prod-use1"
  region = "us-east-1"
  vpc_id = "vpc-0123456789abcdef0"

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "ecs"
    ManagedBy = "terraform"
  }
}

run "the_namespace_is_not_the_network_s_zone" {
  command = plan

  variables {
    private_zone_name = "prod-use1.internal" # as base/network names it
  }

  assert {
    condition     = aws_service_discovery_private_dns_namespace.this.name == "svc.prod-use1.internal"
    error_message = "AWS allows a VPC one zone of a name."
  }
}

run "a_second_zone_of_one_name_is_refused" {
  command = plan

  variables {
    private_zone_name = "example.internal"
    namespace         = "example.internal"
  }

  expect_failures = [var.namespace]
}

run "a_network_of_another_account_may_read_the_names" {
  command = plan

  variables {
    shared_with      = { prod-euw1 = { vpc_id = "vpc-0123456789abcdef1", region = "eu-west-1" } }
    foreign_zone_ids = { tools = "Z0123456789ABCDEFGHIJ" }
  }

  assert {
    condition     = aws_route53_vpc_association_authorization.this["prod-euw1"].vpc_id == "vpc-0123456789abcdef1" && aws_route53_vpc_association_authorization.this["prod-euw1"].vpc_region == "eu-west-1"
    error_message = "The other account's network is let in."
  }

  assert {
    condition     = aws_route53_zone_association.foreign["tools"].vpc_id == "vpc-0123456789abcdef0"
    error_message = "This network reads the other's zone."
  }
}
