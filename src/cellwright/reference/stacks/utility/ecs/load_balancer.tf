locals {
  balanced = var.load_balancer != null

  made_certificate = local.balanced ? var.load_balancer.domain != null : false
  certificate_arn  = local.made_certificate ? aws_acm_certificate_validation.this[0].certificate_arn : try(var.load_balancer.certificate_arn, null)
}

resource "aws_security_group" "load_balancer" {
  count = local.balanced ? 1 : 0

  name        = "${var.name}-load-balancer"
  description = "The shared load balancer of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-load-balancer" }
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = local.balanced ? var.load_balancer.allowed_cidrs : []

  security_group_id = aws_security_group.load_balancer[0].id
  description       = "HTTPS"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "targets" {
  for_each = local.balanced ? var.target_cidrs : []

  security_group_id = aws_security_group.load_balancer[0].id
  description       = "To the services"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 1024
  to_port           = 65535
}

resource "aws_lb" "this" {
  count = local.balanced ? 1 : 0

  name               = var.name
  load_balancer_type = "application"
  internal           = var.load_balancer.internal
  subnets            = var.load_balancer.subnet_ids
  security_groups    = [aws_security_group.load_balancer[0].id]

  enable_deletion_protection = var.load_balancer.deletion_protection
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"

  dynamic "access_logs" {
    for_each = var.load_balancer.access_log_bucket == null ? [] : [var.load_balancer.access_log_bucket]

    content {
      enabled = true
      bucket  = access_logs.value
      prefix  = "load-balancers/${var.name}"
    }
  }
}

# There is no listener for plain HTTP, not even one that leads here: a request that forgets TLS has already sent
# its path and its cookies in clear.
resource "aws_lb_listener" "https" {
  count = local.balanced ? 1 : 0

  load_balancer_arn = aws_lb.this[0].arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = var.load_balancer.tls_policy
  certificate_arn   = local.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "No service has this name."
      status_code  = "404"
    }
  }
}

resource "aws_acm_certificate" "this" {
  count = local.made_certificate ? 1 : 0

  domain_name               = var.load_balancer.domain
  subject_alternative_names = ["*.${var.load_balancer.domain}"]
  validation_method         = "DNS"

  # A listener's certificate can't be deleted: the new one has to take its place first.
  lifecycle {
    create_before_destroy = true
  }
}

# The domain and everything below it have the same proof.
resource "aws_route53_record" "validation" {
  count = local.made_certificate ? 1 : 0

  zone_id         = var.load_balancer.zone_id
  name            = tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_name
  type            = tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_type
  records         = [tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  count = local.made_certificate ? 1 : 0

  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = [aws_route53_record.validation[0].fqdn]
}
