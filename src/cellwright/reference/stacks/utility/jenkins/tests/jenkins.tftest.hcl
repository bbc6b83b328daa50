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

  mock_resource "aws_efs_file_system" {
    defaults = { arn = "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-0123456789abcdef0" }
  }

  mock_resource "aws_efs_access_point" {
    defaults = { arn = "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/mocked/0123456789abcdef" }
  }
}

variables {
  name         = "tools"
  region       = "us-east-1"
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0"]
  cluster_arn  = "arn:aws:ecs:us-east-1:111122223333:cluster/tools"
  namespace_id = "ns-0123456789abcdef"
  namespace    = "svc.tools.internal"

  image              = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jenkins:1.0.0"
  agent_image        = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jenkins-agent:1.0.0"
  fleet_repository   = "https://git.example.com/infra/fleet.git"
  deployer_role_arns = ["arn:aws:iam::111122223333:role/medloop/shared/medloop-deployer"]
  agent_secrets      = { CELLWRIGHT_LEDGER = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ledger-AbCdEf:url::" }

  listener_arn                    = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/tools/0123456789abcdef/0123456789abcdef"
  load_balancer_security_group_id = "sg-0123456789abcdef0"
  host                            = "jenkins.tools.example.com"

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "jenkins"
    ManagedBy = "terraform"
  }
}

run "jenkins_starts_and_loses_no_line" {
  assert {
    condition     = aws_efs_file_system.home.throughput_mode == "elastic"
    error_message = "A home in bursting mode stands still once its credits are used up."
  }

  assert {
    condition     = aws_ecs_service.this.wait_for_steady_state
    error_message = "Applied has to mean that Jenkins answers."
  }

  assert {
    condition = alltrue(flatten([
      for definition in concat([aws_ecs_task_definition.controller], values(aws_ecs_task_definition.agent)) : [
        for container in jsondecode(definition.container_definitions) : container.logConfiguration.options.mode == "blocking"
      ]
    ]))
    error_message = "Lines of a log that is evidence may not be dropped."
  }

  assert {
    condition = alltrue(flatten([
      for definition in concat([aws_ecs_task_definition.controller], values(aws_ecs_task_definition.agent)) : [
        for container in jsondecode(definition.container_definitions) : container.readonlyRootFilesystem
      ]
    ]))
    error_message = "Nothing may be written into an image's own files."
  }

  assert {
    condition     = aws_lb_target_group.this[0].protocol == "HTTPS" && aws_lb_target_group.this[0].port == 8443
    error_message = "The load balancer speaks TLS with the controller."
  }

  # Every variable that the image's settings name is there: Jenkins doesn't start with one that is not.
  assert {
    condition = length(setsubtract([
      "AGENTS", "AGENT_ADDRESS", "AGENT_CLUSTER", "AGENT_REGION", "AGENT_SECURITY_GROUP", "AGENT_SUBNETS", "AGENT_TASK",
      "AGENT_TUNNEL", "APPROVERS", "ADMINISTRATORS", "CASC_JENKINS_CONFIG", "CHECK_TASK", "FLEET_BRANCH", "FLEET_LIBRARY",
      "FLEET_REPOSITORY", "JENKINS_ADDRESS", "OPERATORS", "TOKEN_AUDIENCE", "VIEWERS",
    ], jsondecode(aws_ecs_task_definition.controller.container_definitions)[1].environment[*].name)) == 0
    error_message = "The settings in the image name a variable that is not set."
  }
}

run "people_sign_in_elsewhere" {
  variables {
    sign_in = {
      well_known_url = "https://login.example.com/.well-known/openid-configuration"
      client_id      = "jenkins"
    }
  }

  assert {
    condition     = toset(jsondecode(aws_ecs_task_definition.controller.container_definitions)[1].secrets[*].name) == toset(["GIT_PASSWORD", "GIT_USERNAME", "SIGN_IN_SECRET"])
    error_message = "There is no local user then."
  }

  assert {
    condition     = strcontains(aws_ecs_task_definition.controller.container_definitions, "/usr/share/jenkins/cellwright/single-sign-on.yaml")
    error_message = "The settings of the sign-in are read."
  }
}

run "agents_reach_what_they_need" {
  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.services : rule.from_port]) == toset([8200, 8501, 5432])
    error_message = "Agents reach Vault, Consul and PostgreSQL."
  }
}

run "a_check_has_no_right_and_no_secret_of_an_apply" {
  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.agent["check"].container_definitions)[0].secrets) == 0 && length(aws_iam_role_policy.check) == 0
    error_message = "Whoever opens a pull request decides what a check runs."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.agent_execution["agent"].policy).Statement[0].Resource == ["arn:aws:secretsmanager:us-east-1:111122223333:secret:ledger-AbCdEf"]
    error_message = "ECS hands agents their own secrets and no others."
  }
}

run "a_check_may_not_be_given_one" {
  command = plan

  variables {
    check_secrets   = { CELLWRIGHT_LEDGER = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ledger-AbCdEf:url::" }
    check_role_arns = ["arn:aws:iam::111122223333:role/medloop/shared/medloop-deployer"]
  }

  expect_failures = [var.check_secrets, var.check_role_arns]
}
