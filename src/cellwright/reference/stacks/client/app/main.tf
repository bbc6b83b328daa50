data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account    = data.aws_caller_identity.this.account_id
  partition  = data.aws_partition.this.partition
  parameters = "/clients/${var.name}/app"
  service    = "${var.name}-app"

  balanced = var.listener_arn != null

  # A running copy reads its settings once, when it starts. This digest of all that it reads is part of the task's
  # definition: what has changed makes a new definition, and ECS starts new copies with it. Of a secret only the ids
  # of its versions go into it, which say nothing about the value.
  secret_versions = [for found in flatten(data.aws_secretsmanager_secret_versions.this[*].versions) :
    found.version_id if contains(found.version_stages, "AWSCURRENT")
  ]
  settings_digest = sha256(jsonencode([var.settings, var.secret_fields, sort(local.secret_versions)]))
}

data "aws_secretsmanager_secret_versions" "this" {
  count = length(var.secret_fields) == 0 ? 0 : 1

  secret_id = var.secret_arn
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/clients/${var.name}/app"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encrypt_logs ? var.kms_key_arn : null
}

resource "aws_ssm_parameter" "setting" {
  for_each = var.settings

  name   = "${local.parameters}/${each.key}"
  type   = "SecureString"
  key_id = var.kms_key_arn
  value  = each.value
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.service
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = var.service_role_arn

  container_definitions = jsonencode(concat([local.app_container], local.tls_containers))
}

locals {
  app_container = {
    name                   = "app"
    image                  = var.image
    essential              = true
    dockerLabels           = { settings = local.settings_digest }
    readonlyRootFilesystem = var.read_only
    portMappings           = [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]
    logConfiguration       = merge(local.log, { options = merge(local.log.options, { awslogs-stream-prefix = "app" }) })

    secrets = concat(
      [for key, parameter in aws_ssm_parameter.setting : { name = key, valueFrom = parameter.arn }],
      [for key, field in var.secret_fields : { name = key, valueFrom = "${var.secret_arn}:${field}::" }],
    )
  }

  log = {
    logDriver = "awslogs"
    options = {
      awslogs-group  = aws_cloudwatch_log_group.this.name
      awslogs-region = var.region
      mode           = "blocking" # a line that can't be sent waits, rather than being dropped
    }
  }
}

resource "aws_service_discovery_service" "this" {
  name = local.service

  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}
