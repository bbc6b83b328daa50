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

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/mocked:1" }
  }
}

variables {
  name              = "prod-use1"
  region            = "us-east-1"
  vpc_id            = "vpc-0123456789abcdef0"
  subnet_ids        = ["subnet-0123456789abcdef0"]
  cluster_arn       = "arn:aws:ecs:us-east-1:111122223333:cluster/prod-use1"
  command_log_group = "/ecs/prod-use1/commands"
  command_key_arn   = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  allowed_cidrs     = ["10.16.0.0/16"]

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "access"
    ManagedBy = "terraform"
  }
}

run "nothing_comes_in_and_only_named_ports_go_out" {
  command = plan

  variables {
    ports = [5432]
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.inside : "${rule.cidr_ipv4} ${rule.from_port}"] == ["10.16.0.0/16 5432"]
    error_message = "Sessions lead where they may."
  }

  assert {
    condition     = aws_ecs_service.this.enable_execute_command && aws_ecs_service.this.desired_count == 0
    error_message = "It can be entered, and runs only when somebody needs it."
  }
}

run "people_get_into_this_host_alone_and_with_a_second_factor" {
  command = plan

  assert {
    condition = alltrue([for statement in jsondecode(aws_iam_policy.people.policy).Statement :
      statement.Condition.Bool["aws:MultiFactorAuthPresent"] == "true" && statement.Condition.StringEquals["aws:ResourceTag/Stack"] == "access"
      if statement.Sid == "Enter"
    ])
    error_message = "Vault runs on the same cluster."
  }
}

run "what_is_typed_is_recorded" {
  command = plan

  assert {
    condition     = contains([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Resource], "arn:aws:logs:us-east-1:111122223333:log-group:/ecs/prod-use1/commands:*")
    error_message = "ECS writes the record with the host's role."
  }
}
