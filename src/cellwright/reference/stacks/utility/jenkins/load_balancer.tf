resource "aws_lb_target_group" "this" {
  count = var.listener_arn == null ? 0 : 1

  # AWS allows 32 characters.
  name        = trimsuffix(substr("jenkins-${var.name}", 0, 32), "-")
  vpc_id      = var.vpc_id
  target_type = "ip"
  protocol    = "HTTPS"
  port        = 8443

  deregistration_delay = 30

  health_check {
    path                = "/login"
    protocol            = "HTTPS"
    interval            = 30
    healthy_threshold   = 2
    unhealthy_threshold = 5
  }
}

resource "aws_lb_listener_rule" "this" {
  count = var.listener_arn == null ? 0 : 1

  listener_arn = var.listener_arn
  priority     = var.rule_priority

  condition {
    host_header {
      values = [var.host]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }
}
