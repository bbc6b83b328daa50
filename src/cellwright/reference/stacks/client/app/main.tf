data "aws_caller_identity" "this" {}

locals {
  account    = data.aws_caller_identity.this.account_id
  parameters = "/clients/${var.name}/app"
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
  family                   = "${var.name}-app"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = var.service_role_arn

  container_definitions = jsonencode([{
    name                   = "app"
    image                  = var.image
    essential              = true
    readonlyRootFilesystem = true

    portMappings = [{
      containerPort = var.port
      hostPort      = var.port
      protocol      = "tcp"
    }]

    secrets = [for key, parameter in aws_ssm_parameter.setting : { name = key, valueFrom = parameter.arn }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = var.region
        awslogs-stream-prefix = "app"
      }
    }
  }])
}

resource "aws_service_discovery_service" "this" {
  name = "${var.name}-app"

  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}

resource "aws_ecs_service" "this" {
  name            = "${var.name}-app"
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.replicas
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  # A version that doesn't start is taken back; the one before it goes on.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.this.id]
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }
}
