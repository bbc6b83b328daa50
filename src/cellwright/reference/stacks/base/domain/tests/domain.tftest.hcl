mock_provider "aws" {
  mock_resource "aws_route53_zone" {
    defaults = {
      zone_id      = "Z0123456789ABCDEFGHIJ"
      name_servers = ["ns-1.awsdns-01.org", "ns-2.awsdns-02.co.uk", "ns-3.awsdns-03.com", "ns-4.awsdns-04.net"]
    }
  }
}

variables {
  name      = "prod-use1"
  region    = "us-east-1"
  zone_name = "prod-use1.apps.example.com"

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "base"
    Stack     = "domain"
    ManagedBy = "terraform"
  }
}

run "the_owner_of_the_zone_above_is_told_the_name_servers" {
  command = apply # they are known then

  assert {
    condition     = length(aws_route53_record.parent) == 0 && length(output.name_servers) == 4
    error_message = "Nothing is written where nothing is ours; the output says what to enter there."
  }

  assert {
    condition     = aws_route53_record.authorities.records == toset(["0 issue \"amazon.com\"", "0 issuewild \"amazon.com\""])
    error_message = "Whoever may issue certificates: ${jsonencode(aws_route53_record.authorities.records)}"
  }
}

run "a_zone_above_that_is_ours_is_told" {
  command = apply

  variables {
    parent_zone_id = "ZABCDEFGHIJ0123456789"
    violations_to  = "security@example.com"
  }

  assert {
    condition     = aws_route53_record.parent[0].zone_id == "ZABCDEFGHIJ0123456789" && aws_route53_record.parent[0].name == "prod-use1.apps.example.com" && length(aws_route53_record.parent[0].records) == 4
    error_message = "The zone above does not lead here."
  }

  assert {
    condition     = contains(aws_route53_record.authorities.records, "0 iodef \"mailto:security@example.com\"")
    error_message = "Nobody hears of a certificate that was refused."
  }
}

run "zones_of_other_cells_below_it" {
  command = plan

  variables {
    zone_name = "apps.example.com"
    delegations = {
      prod-euw1 = { zone_name = "prod-euw1.apps.example.com", name_servers = ["ns-5.awsdns-05.org", "ns-6.awsdns-06.com"] }
    }
  }

  assert {
    condition     = aws_route53_record.delegation["prod-euw1"].name == "prod-euw1.apps.example.com" && aws_route53_record.delegation["prod-euw1"].type == "NS"
    error_message = "The cell's zone is not found."
  }
}

run "nothing_beside_it_is_delegated" {
  command = plan

  variables {
    delegations = {
      prod-euw1 = { zone_name = "prod-euw1.apps.example.com", name_servers = ["ns-5.awsdns-05.org", "ns-6.awsdns-06.com"] }
    }
  }

  expect_failures = [var.delegations]
}

run "a_zone_without_a_dot" {
  command = plan

  variables {
    zone_name = "Apps"
  }

  expect_failures = [var.zone_name]
}
