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

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:mocked" }
  }
}

variables {
  name        = "initech"
  region      = "us-east-1"
  bucket      = "medloop-initech-111122223333"
  bucket_arn  = "arn:aws:s3:::medloop-initech-111122223333"
  kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  vpc_id      = "vpc-0123456789abcdef0"
  subnet_ids  = ["subnet-0123456789abcdef0"]

  tags = {
    Client    = "initech"
    Cell      = "initech"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "sftp"
    ManagedBy = "terraform"
  }
}

run "a_network_that_lets_nobody_reach_the_port_is_refused" {
  command = plan

  variables {
    public_ports = [443]
  }

  expect_failures = [var.public_ports]
}

run "one_that_does_is_taken" {
  command = plan

  variables {
    public_ports = [443, 22]
  }

  assert {
    condition     = aws_transfer_server.this[0].endpoint_type == "VPC"
    error_message = "The server stands in the network."
  }
}
