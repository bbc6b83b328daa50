locals {
  # Whichever of the two there is.
  running = concat(aws_ecs_service.this, aws_ecs_service.scaled)[0]
}

resource "aws_ecs_service" "this" {
  count = var.autoscaling == null ? 1 : 0

  name            = local.service
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

  timeouts {
    create = var.start_timeout
    update = var.start_timeout
  }

  lifecycle {
    postcondition {
      condition     = self.task_definition == aws_ecs_task_definition.this.arn
      error_message = "The new version of the app didn't start; ECS went back to the one before. The service's events and the log group /clients/${var.name}/app say why."
    }
  }

  # ECS takes no target group to which no load balancer leads, and starts no task whose role can't read its settings.
  depends_on = [aws_lb_listener_rule.this, aws_iam_role_policy.execution]
}
