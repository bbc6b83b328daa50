data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  commands  = "/ecs/${var.name}/commands"
  key_arn   = var.own_key ? aws_kms_key.this[0].arn : null
  namespace = coalesce(var.namespace, "svc.${var.name}.internal")
}

# The audit trail of `aws ecs execute-command`: who typed what in which container.
resource "aws_cloudwatch_log_group" "commands" {
  name              = local.commands
  retention_in_days = var.log_retention_days
  kms_key_id        = local.key_arn
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }

  configuration {
    execute_command_configuration {
      kms_key_id = local.key_arn
      logging    = "OVERRIDE"

      log_configuration {
        cloud_watch_encryption_enabled = var.own_key
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.commands.name
      }
    }

    dynamic "managed_storage_configuration" {
      for_each = var.own_key ? [local.key_arn] : []

      content {
        fargate_ephemeral_storage_kms_key_id = managed_storage_configuration.value
      }
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  count = length(var.capacity_providers) > 0 ? 1 : 0

  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = var.capacity_providers
}

# Services find each other by name: acme-app.svc.prod-use1.internal. Cloud Map makes a zone of that name, so it has to
# be another name than that of the network's own zone: AWS allows a VPC one zone of a name.
resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = local.namespace
  description = "Services of ${var.name}"
  vpc         = var.vpc_id
}
