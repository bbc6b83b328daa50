mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mocked" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:mocked" }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/mocked:1" }
  }

  mock_resource "aws_service_discovery_service" {
    defaults = { arn = "arn:aws:servicediscovery:us-east-1:111122223333:service/srv-mocked" }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:mocked" }
  }
}

variables {
  name            = "tools"
  region          = "us-east-1"
  vpc_id          = "vpc-0123456789abcdef0"
  subnet_ids      = ["subnet-0123456789abcdef0"]
  cluster_arn     = "arn:aws:ecs:us-east-1:111122223333:cluster/tools"
  namespace_id    = "ns-0123456789abcdef"
  namespace       = "svc.tools.internal"
  alarm_topic_arn = null
  login_role_arns = ["arn:aws:iam::444455556666:role/prod-euw1-vault-login"]

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "vault"
    ManagedBy = "terraform"
  }
}

run "vault_may_ask_who_signs_in" {
  command = plan

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.logins.policy).Statement : statement.Action => statement.Resource } == {
      "iam:GetRole"    = ["arn:aws:iam::111122223333:role/medloop/*/client-*"]
      "sts:AssumeRole" = ["arn:aws:iam::444455556666:role/prod-euw1-vault-login"]
    }
    error_message = "Roles are known by their ids: ${aws_iam_role_policy.logins.policy}"
  }
}

run "the_audit_log_s_lines_wait" {
  command = apply # the definition holds ARNs that are known then

  assert {
    condition     = alltrue([for container in jsondecode(aws_ecs_task_definition.this.container_definitions) : container.logConfiguration.options.mode == "blocking"])
    error_message = "The audit log goes through here."
  }
}
