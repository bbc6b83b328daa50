# `terraform test` plans the stack with made-up answers in AWS's place: no account, no credentials, nothing is made.
mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/client-acme-app-execution" }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/acme-app:1" }
  }

  mock_resource "aws_service_discovery_service" {
    defaults = { arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-0123456789abcdef" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = {
      arn        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/acme/0123456789abcdef"
      arn_suffix = "targetgroup/acme/0123456789abcdef"
    }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name                            = "acme"
  region                          = "us-east-1"
  image                           = "example.com/app:1.5.0"
  kms_key_arn                     = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  service_role_arn                = "arn:aws:iam::123456789012:role/client-acme-service"
  client_security_group_id        = "sg-0123456789abcdef0"
  cluster_arn                     = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
  namespace_id                    = "ns-0123456789abcdef"
  namespace                       = "svc.prod-use1.internal"
  vpc_id                          = "vpc-0123456789abcdef0"
  subnet_ids                      = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  zone_id                         = "Z0123456789PRIVATE"
  zone_name                       = "prod-use1.internal"
  public_domain                   = "apps.example.com"
  public_zone_id                  = "Z0123456789PUBLIC"
  listener_arn                    = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/prod-use1/0123456789abcdef/0123456789abcdef"
  load_balancer_dns_name          = "prod-use1-1234567890.us-east-1.elb.amazonaws.com"
  load_balancer_zone_id           = "Z35SXDOTRQ7X7K"
  load_balancer_security_group_id = "sg-0123456789abcdef1"

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "app"
    ManagedBy = "terraform"
  }
}

run "the_name_is_one_that_a_certificate_can_be_had_for" {
  command = plan

  assert {
    condition     = output.address == "acme.apps.example.com" && aws_route53_record.public[0].name == "acme.apps.example.com"
    error_message = "The client is reached by a public name."
  }

  assert {
    condition     = one(one(aws_lb_listener_rule.this[0].condition).host_header).values == toset(["acme.apps.example.com"])
    error_message = "The listener leads to the client by its public name alone: no certificate covers a private one."
  }

  assert {
    condition     = length(aws_route53_record.balancer) == 0
    error_message = "A private name led to a listener whose certificate doesn't cover it."
  }

  assert {
    condition     = aws_lb_target_group.this[0].protocol == "HTTPS"
    error_message = "What the load balancer asks of the copies goes in clear."
  }
}

run "the_listener_leads_to_the_client_by_names_of_its_own_domains_too" {
  command = plan

  variables {
    hosts = ["portal.acme.org", "book.acme.org"]
  }

  assert {
    condition     = one(one(aws_lb_listener_rule.this[0].condition).host_header).values == toset(["acme.apps.example.com", "book.acme.org", "portal.acme.org"])
    error_message = "The certificates for them are made by client/names."
  }
}

run "without_a_load_balancer_the_private_name_leads_to_the_copies" {
  command = plan

  variables {
    listener_arn = null
  }

  assert {
    condition     = output.address == "acme.prod-use1.internal" && length(aws_route53_record.copies) == 1
    error_message = "The private name leads to the copies."
  }

  assert {
    condition     = length(aws_route53_record.public) == 0
    error_message = "A public name led nowhere."
  }
}

run "names_that_no_certificate_can_be_had_for" {
  command = plan

  variables {
    public_domain = "prod-use1.internal"
    hosts         = ["*.acme.org"]
  }

  expect_failures = [var.public_domain, var.hosts]
}
