locals {
  # AWS asks for this beginning.
  web_log_group = "aws-waf-logs-${var.name}"

  # In the order of their names. A host name is a header.
  rate_limits = [for name in sort(keys(var.rate_limits)) : {
    name       = name
    mode       = var.rate_limits[name].mode
    requests   = var.rate_limits[name].requests
    by_address = join(",", var.rate_limits[name].per) == "address"
    keys = [for key in var.rate_limits[name].per : {
      kind = key == "host" ? "header" : split(":", key)[0]
      name = key == "host" ? "host" : lower(element(split(":", key), 1))
    }]
  }]
}

resource "aws_wafv2_web_acl" "this" {
  name        = var.name
  description = "Guards what ${var.name} shows to the outside"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  dynamic "rule" {
    for_each = local.rate_limits

    content {
      name     = "rate-${rule.value.name}"
      priority = rule.key

      action {
        dynamic "block" {
          for_each = rule.value.mode == "block" ? [true] : []
          content {}
        }

        dynamic "count" {
          for_each = rule.value.mode == "count" ? [true] : []
          content {}
        }
      }

      statement {
        rate_based_statement {
          limit              = rule.value.requests
          aggregate_key_type = rule.value.by_address ? "IP" : "CUSTOM_KEYS"

          dynamic "custom_key" {
            for_each = rule.value.by_address ? [] : rule.value.keys

            content {
              dynamic "ip" {
                for_each = custom_key.value.kind == "address" ? [true] : []
                content {}
              }

              dynamic "header" {
                for_each = custom_key.value.kind == "header" ? [custom_key.value.name] : []

                content {
                  name = header.value

                  text_transformation {
                    priority = 0
                    type     = "NONE"
                  }
                }
              }

              dynamic "cookie" {
                for_each = custom_key.value.kind == "cookie" ? [custom_key.value.name] : []

                content {
                  name = cookie.value

                  text_transformation {
                    priority = 0
                    type     = "NONE"
                  }
                }
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-rate-${rule.value.name}"
        sampled_requests_enabled   = false
      }
    }
  }

  dynamic "rule" {
    for_each = var.web_acl_groups

    content {
      name     = rule.value.name
      priority = 10 + rule.key

      override_action {
        dynamic "none" {
          for_each = rule.value.mode == "block" ? [true] : []
          content {}
        }

        dynamic "count" {
          for_each = rule.value.mode == "count" ? [true] : []
          content {}
        }
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value.name

          dynamic "rule_action_override" {
            for_each = rule.value.counted

            content {
              name = rule_action_override.value

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name}-${rule.value.name}"
        sampled_requests_enabled   = false
      }
    }
  }

  # Samples would show parts of requests to whoever may look at the console; the log has them, encrypted.
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = false
  }
}

resource "aws_cloudwatch_log_group" "web" {
  name              = local.web_log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.findings.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.web.arn]

  # Who somebody is, and what they are logged in with, is not for the log.
  redacted_fields {
    single_header {
      name = "authorization"
    }
  }

  redacted_fields {
    single_header {
      name = "cookie"
    }
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.load_balancer_arn == null ? 0 : 1

  resource_arn = var.load_balancer_arn
  web_acl_arn  = aws_wafv2_web_acl.this.arn
}
