locals {
  public_name  = var.public_domain == null ? null : "${var.name}.${var.public_domain}"
  private_name = var.zone_id == null ? null : "${var.name}.${var.zone_name}"

  # Nobody signs certificates for names of a private zone: behind the load balancer a public name takes its place.
  domain = local.balanced && local.public_name != null ? local.public_name : local.private_name
  hosts  = sort(setunion(var.hosts, local.domain == null ? [] : [local.domain]))

  # What can't be changed in a target group is in its name, so that the new one can be there before the old one goes.
  # The load balancer's limit is 32 characters.
  target_digest = substr(md5("${var.name} ${var.vpc_id} ${var.target_protocol} ${local.open_port}"), 0, 6)
}

resource "aws_lb_target_group" "this" {
  count = local.balanced ? 1 : 0

  name                 = "${substr(var.name, 0, 25)}-${local.target_digest}"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = var.target_protocol
  port                 = local.open_port
  deregistration_delay = 30

  health_check {
    protocol            = var.target_protocol
    path                = var.health_check.path
    matcher             = var.health_check.matcher
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  tags = { Name = "client-${var.name}-app" }

  lifecycle {
    create_before_destroy = true
  }
}

# The load balancer is shared: the host name alone says which client is meant.
resource "aws_lb_listener_rule" "this" {
  count = local.balanced ? 1 : 0

  listener_arn = var.listener_arn
  priority     = var.rule_priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }

  condition {
    host_header {
      values = local.hosts
    }
  }

  tags = { Name = "client-${var.name}-app" }
}

resource "aws_route53_record" "balancer" {
  count = var.zone_id != null && local.balanced && local.public_name == null ? 1 : 0

  zone_id = var.zone_id
  name    = local.private_name
  type    = "A"

  alias {
    name                   = var.load_balancer_dns_name
    zone_id                = var.load_balancer_zone_id
    evaluate_target_health = true
  }
}

# Without a load balancer the name leads to the copies themselves.
resource "aws_route53_record" "copies" {
  count = var.zone_id != null && !local.balanced ? 1 : 0

  zone_id = var.zone_id
  name    = local.private_name
  type    = "CNAME"
  ttl     = 60
  records = ["${aws_service_discovery_service.this.name}.${var.namespace}"]
}
