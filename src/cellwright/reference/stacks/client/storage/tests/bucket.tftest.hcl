# `terraform test` plans the stack with made-up answers in AWS's place: no account, no credentials, nothing is made.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name              = "acme"
  fleet             = "medloop"
  region            = "us-east-1"
  kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  service_role_name = "client-acme-service"
  access_log_bucket = "medloop-access-logs-123456789012"

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "storage"
    ManagedBy = "terraform"
  }
}

run "other_clients_are_refused" {
  command = plan

  assert {
    condition = one([
      for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      statement.Effect == "Deny" && contains(statement.Condition.StringNotEquals["aws:PrincipalTag/Client"], "acme")
      if statement.Sid == "OtherClients"
    ])
    error_message = "The bucket's policy has to refuse whoever carries another client's tag."
  }
}

run "tags_are_complete" {
  command = plan

  variables {
    tags = { Client = "acme" }
  }

  expect_failures = [var.tags]
}
