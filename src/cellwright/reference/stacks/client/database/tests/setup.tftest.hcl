# `terraform test` plans the stack with made-up answers in AWS's place: no account, no credentials, nothing is made.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/client-acme-database-setup" }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/client-acme-database-setup:1" }
  }

  mock_resource "aws_db_instance" {
    defaults = {
      resource_id = "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
      port        = 5432
      master_user_secret = [{
        kms_key_id    = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
        secret_arn    = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-01234567-AbCdEf"
        secret_status = "active"
      }]
    }
  }
}

variables {
  name                     = "acme"
  region                   = "us-east-1"
  vpc_id                   = "vpc-0123456789abcdef0"
  subnet_ids               = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  client_security_group_id = "sg-0123456789abcdef0"
  kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  monitoring_seconds       = 0

  setup = {
    cluster_arn = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
    subnet_ids  = ["subnet-0123456789abcdef2"]
  }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "database"
    ManagedBy = "terraform"
  }
}

run "made" {
  assert {
    condition     = jsondecode(aws_lambda_invocation.setup[0].input).task_definition == aws_ecs_task_definition.setup[0].arn
    error_message = "What changes the task's definition has to call the function again."
  }

  assert {
    condition     = jsondecode(aws_lambda_invocation.setup[0].input).database == aws_db_instance.this.resource_id
    error_message = "A database that was made anew has to be set up."
  }

  assert {
    condition = {
      for setting in jsondecode(aws_ecs_task_definition.setup[0].container_definitions)[0].environment :
      setting.name => setting.value if contains(["EXTENSIONS", "PGSSLMODE", "SCHEMA"], setting.name)
    } == { EXTENSIONS = "pg_stat_statements,pgaudit", PGSSLMODE = "verify-full", SCHEMA = "app" }
    error_message = "The task makes both extensions and the services' schema, and knows whom it speaks with."
  }

  assert {
    condition = [
      for secret in jsondecode(aws_ecs_task_definition.setup[0].container_definitions)[0].secrets : secret.valueFrom
      if !startswith(secret.valueFrom, aws_db_instance.this.master_user_secret[0].secret_arn)
    ] == []
    error_message = "The master user's name and password come from its secret."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.setup[0].container_definitions)[0].logConfiguration.options.mode == "blocking"
    error_message = "Lines of the log may be lost."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.runner[0].policy).Statement : statement.Sid
      if statement.Resource == "*"
    ] == []
    error_message = "The function runs one task and no other."
  }
}

run "by_hand" {
  command = plan

  variables {
    setup = null
  }

  assert {
    condition     = length(aws_lambda_invocation.setup) + length(aws_ecs_task_definition.setup) + length(aws_iam_role.runner) == 0
    error_message = "Who sets the database up by hand gets no function."
  }
}

run "names_that_postgresql_keeps" {
  command = plan

  variables {
    schema     = "pg_app"
    extensions = ["pgaudit; DROP TABLE x"]
  }

  expect_failures = [var.schema, var.extensions]
}
