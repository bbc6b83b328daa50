data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  full_name = "${var.name}-consul"
  log_group = "/consul/${var.name}"
  host      = "consul.${var.namespace}"
  address   = "https://${local.host}:8501"
  group_arn = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${local.log_group}"
}

resource "aws_kms_key" "this" {
  description             = "Consul's secrets, snapshots and logs in ${var.name}"
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
        Condition = { ArnEquals = { "kms:EncryptionContext:aws:logs:arn" = local.group_arn } }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}/consul"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

# All servers under one name: agents ask it where to join, and so does a server that starts.
resource "aws_service_discovery_service" "this" {
  name = "consul"

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
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.replicas
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  enable_execute_command = false

  # One new server joins before an old one leaves, so that a majority is always there.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 134

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.this.id]
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }

  depends_on = [aws_efs_mount_target.this]
}

resource "aws_cloudwatch_metric_alarm" "servers" {
  count = var.alarm_topic_arn == null || var.replicas == 0 ? 0 : 1

  alarm_name          = "${local.full_name}-servers"
  alarm_description   = "Fewer servers of Consul than there should be run in ${var.name}"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = { ClusterName = split("/", var.cluster_arn)[1], ServiceName = aws_ecs_service.this.name }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.replicas
  evaluation_periods  = 5
  period              = 60
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
