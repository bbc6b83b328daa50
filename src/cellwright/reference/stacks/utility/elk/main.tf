data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  full_name  = "${var.name}-elk"
  arn_tail   = "${var.region}:${local.account}"
  domain_arn = "arn:${local.partition}:es:${local.arn_tail}:domain/${var.name}"
  zones      = length(var.subnet_ids)
}

# There is one in an account: a second cell in the same account leaves it to the first one.
resource "aws_iam_service_linked_role" "this" {
  count = var.service_linked_role ? 1 : 0

  aws_service_name = "opensearchservice.amazonaws.com"
}

resource "aws_opensearch_domain" "this" {
  #checkov:skip=CKV2_AWS_59:there are three unless managers is null, which the rule can't follow
  #checkov:skip=CKV_AWS_317:the audit log is on, in the first of four blocks, which the rule can't follow
  domain_name    = var.name
  engine_version = var.engine_version

  cluster_config {
    instance_count           = var.nodes.count
    instance_type            = var.nodes.type
    dedicated_master_enabled = var.managers != null
    dedicated_master_count   = var.managers == null ? null : 3
    dedicated_master_type    = var.managers
    zone_awareness_enabled   = local.zones > 1

    dynamic "zone_awareness_config" {
      for_each = local.zones > 1 ? [local.zones] : []

      content {
        availability_zone_count = zone_awareness_config.value
      }
    }
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.nodes.volume_size
  }

  vpc_options {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.domain.id]
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = aws_kms_key.this.arn
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  # Roles rather than passwords: whoever comes, comes with AWS's signature, and the audit log shows as whom.
  advanced_security_options {
    enabled                        = true
    anonymous_auth_enabled         = false
    internal_user_database_enabled = false

    master_user_options {
      master_user_arn = local.setup_role_arn
    }
  }

  # One by one: what a `dynamic` block makes is not in the plan's source, where policies look.
  log_publishing_options {
    log_type                 = "AUDIT_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.domain["AUDIT_LOGS"].arn
  }

  log_publishing_options {
    log_type                 = "ES_APPLICATION_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.domain["ES_APPLICATION_LOGS"].arn
  }

  log_publishing_options {
    log_type                 = "INDEX_SLOW_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.domain["INDEX_SLOW_LOGS"].arn
  }

  log_publishing_options {
    log_type                 = "SEARCH_SLOW_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.domain["SEARCH_SLOW_LOGS"].arn
  }

  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Account"
      Effect    = "Allow"
      Action    = "es:ESHttp*"
      Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
      Resource  = "${local.domain_arn}/*"
    }]
  })

  depends_on = [aws_cloudwatch_log_resource_policy.domain, aws_iam_role.setup, aws_iam_service_linked_role.this]

  lifecycle {
    precondition {
      condition     = var.nodes.count % local.zones == 0
      error_message = "Nodes spread evenly: their number has to be a multiple of that of the subnets."
    }
  }
}
