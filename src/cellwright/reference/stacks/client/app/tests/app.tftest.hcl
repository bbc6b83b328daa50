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

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_secretsmanager_secret_versions" {
    defaults = {
      versions = [
        { version_id = "11111111-1111-1111-1111-111111111111", version_stages = ["AWSCURRENT"], created_time = "", last_accessed_date = "" },
        { version_id = "00000000-0000-0000-0000-000000000000", version_stages = ["AWSPREVIOUS"], created_time = "", last_accessed_date = "" },
      ]
    }
  }
}

variables {
  name                     = "acme"
  region                   = "us-east-1"
  image                    = "example.com/app:1.5.0"
  settings                 = { LOG_LEVEL = "info" }
  kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  service_role_arn         = "arn:aws:iam::123456789012:role/client-acme-service"
  client_security_group_id = "sg-0123456789abcdef0"
  cluster_arn              = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
  namespace_id             = "ns-0123456789abcdef"
  namespace                = "svc.prod-use1.internal"
  secret_arn               = "arn:aws:secretsmanager:us-east-1:123456789012:secret:clients/acme/settings-AbCdEf"
  secret_fields            = { API_KEY = "api_key" }
  vpc_id                   = "vpc-0123456789abcdef0"
  subnet_ids               = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "app"
    ManagedBy = "terraform"
  }
}

run "made" {
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].dockerLabels.settings == output.settings_digest
    error_message = "The digest is no part of the task's definition."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].logConfiguration.options.mode == "blocking"
    error_message = "Lines of the log may be lost."
  }

  assert {
    condition     = aws_ecs_service.this[0].wait_for_steady_state
    error_message = "An apply ends before the app runs."
  }

  assert {
    condition = contains([for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement :
      statement.Sid
    ], "GuardDutyAgent")
    error_message = "ECS can't pull GuardDuty's agent."
  }
}

run "with_a_changed_setting_and_autoscaling" {
  command = plan

  variables {
    settings    = { LOG_LEVEL = "debug" }
    autoscaling = { maximum = 9 }
  }

  assert {
    condition     = output.settings_digest == sha256(jsonencode([{ LOG_LEVEL = "debug" }, { API_KEY = "api_key" }, ["11111111-1111-1111-1111-111111111111"]]))
    error_message = "A changed setting doesn't reach the running copies."
  }

  assert {
    condition     = aws_ecs_service.scaled[0].wait_for_steady_state
    error_message = "An apply ends before the app runs."
  }
}

run "with_a_new_version_of_the_secret_and_without_guardduty" {
  command = plan

  variables {
    guardduty_agent = false
  }

  override_data {
    target = data.aws_secretsmanager_secret_versions.this
    values = {
      versions = [
        { version_id = "22222222-2222-2222-2222-222222222222", version_stages = ["AWSCURRENT"], created_time = "", last_accessed_date = "" },
        { version_id = "11111111-1111-1111-1111-111111111111", version_stages = ["AWSPREVIOUS"], created_time = "", last_accessed_date = "" },
      ]
    }
  }

  assert {
    condition     = output.settings_digest == sha256(jsonencode([{ LOG_LEVEL = "info" }, { API_KEY = "api_key" }, ["22222222-2222-2222-2222-222222222222"]]))
    error_message = "A new value of the secret doesn't reach the running copies."
  }

  assert {
    condition = length([for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement :
      statement if can(regex("^ecr:", statement.Action[0]))
    ]) == 0
    error_message = "The role pulls from a registry for nothing."
  }
}
