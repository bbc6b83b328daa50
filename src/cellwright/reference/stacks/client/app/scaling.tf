# With autoscaling the number of copies is not Terraform's to set, and `lifecycle` takes no variables: so this is the
# same service once more, without that number. The name differs, so that one can be there while the other still is.
resource "aws_ecs_service" "scaled" {
  count = var.autoscaling == null ? 0 : 1

  name            = "${local.service}-scaled"
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.replicas
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  # Applied means that the copies run: until then Terraform waits, and it fails if ECS took the old version back.
  wait_for_steady_state = var.wait_for_service

  health_check_grace_period_seconds = local.balanced ? 60 : null

  # A version that doesn't start is taken back; the one before it goes on.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.this.id, var.client_security_group_id]
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }

  dynamic "load_balancer" {
    for_each = aws_lb_target_group.this

    content {
      target_group_arn = load_balancer.value.arn
      container_name   = local.open_container
      container_port   = local.open_port
    }
  }

  lifecycle {
    ignore_changes = [desired_count]

    postcondition {
      condition     = self.task_definition == aws_ecs_task_definition.this.arn
      error_message = "The new version of the app didn't start; ECS went back to the one before. The service's events and the log group /clients/${var.name}/app say why."
    }
  }

  timeouts {
    create = var.start_timeout
    update = var.start_timeout
  }

  # ECS takes no target group to which no load balancer leads, and starts no task whose role can't read its settings.
  depends_on = [aws_lb_listener_rule.this, aws_iam_role_policy.execution]
}

resource "aws_appautoscaling_target" "this" {
  count = var.autoscaling == null ? 0 : 1

  service_namespace  = "ecs"
  resource_id        = "service/${local.cluster}/${aws_ecs_service.scaled[0].name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.replicas
  max_capacity       = var.autoscaling.maximum
}

resource "aws_appautoscaling_policy" "cpu" {
  count = var.autoscaling == null ? 0 : 1

  name               = "${local.service}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[0].service_namespace
  resource_id        = aws_appautoscaling_target.this[0].resource_id
  scalable_dimension = aws_appautoscaling_target.this[0].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = var.autoscaling.cpu_percent
    scale_in_cooldown  = 300
    scale_out_cooldown = 60

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
