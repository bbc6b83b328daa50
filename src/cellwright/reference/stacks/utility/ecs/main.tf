# The audit trail of `aws ecs execute-command`: who typed what in which container.
resource "aws_cloudwatch_log_group" "commands" {
  name              = "/ecs/${var.name}/commands"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }

  configuration {
    execute_command_configuration {
      logging = "OVERRIDE"

      log_configuration {
        cloud_watch_log_group_name = aws_cloudwatch_log_group.commands.name
      }
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  count = length(var.capacity_providers) > 0 ? 1 : 0

  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = var.capacity_providers
}

# Services find each other by name: acme-app.prod-use1.internal
resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = "${var.name}.internal"
  description = "Services of ${var.name}"
  vpc         = var.vpc_id
}
