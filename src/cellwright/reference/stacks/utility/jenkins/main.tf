data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  full_name    = "${var.name}-jenkins"
  agent_family = "${var.name}-jenkins-agent"
  log_group    = "/jenkins/${var.name}"
  inner_host   = "jenkins.${var.namespace}"
  inner_url    = "http://${local.inner_host}:8080/"
  address      = var.listener_arn == null ? trimsuffix(local.inner_url, "/") : "https://${var.host}"
  cluster_name = split("/", var.cluster_arn)[1]
  logs_arn     = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${local.log_group}"

  check_family = "${local.agent_family}-check"
  role_path    = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"

  # Written from their names rather than taken from the resources: so the first plan shows the policies already.
  agent_role_arns = [
    for name in [local.agent_family, local.check_family, "${local.agent_family}-execution", "${local.check_family}-execution"] :
    "arn:${local.partition}:iam::${local.account}:role${local.role_path}${name}"
  ]
}

resource "aws_kms_key" "this" {
  description             = "Jenkins' home, secrets and logs in ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Account"
        Effect    = "Allow"
        Action    = "kms:*"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Resource  = "*"
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Resource  = "*"
        Condition = { ArnEquals = { "kms:EncryptionContext:aws:logs:arn" = local.logs_arn } }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}/jenkins"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_service_discovery_service" "this" {
  name = "jenkins"

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
  name            = local.full_name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.controller.arn
  desired_count   = var.replicas
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  # Applied means that Jenkins answers: until then Terraform waits.
  wait_for_steady_state = var.wait_for_service

  enable_execute_command            = false
  health_check_grace_period_seconds = var.listener_arn == null ? null : 600

  # The old controller has to leave its home before the new one moves in.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  # One that doesn't start is taken back; the one before it goes on.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.controller.id]
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }

  dynamic "load_balancer" {
    for_each = aws_lb_target_group.this

    content {
      target_group_arn = load_balancer.value.arn
      container_name   = "controller"
      container_port   = 8443
    }
  }

  depends_on = [aws_efs_mount_target.this, aws_lb_listener_rule.this]
}

resource "aws_cloudwatch_metric_alarm" "controller" {
  count = var.alarm_topic_arn == null || var.replicas == 0 ? 0 : 1

  alarm_name          = "${local.full_name}-controller"
  alarm_description   = "Jenkins does not run in ${var.name}"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = { ClusterName = local.cluster_name, ServiceName = aws_ecs_service.this.name }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 10
  period              = 60
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
