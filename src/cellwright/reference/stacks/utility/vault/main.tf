data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  full_name = "${var.name}-vault"
  log_group = "/vault/${var.name}"
  host      = "vault.${var.namespace}"
  address   = "https://${local.host}:8200"

  # Written from names rather than taken from resources: so the first plan shows the policies already.
  role_arn  = "arn:${local.partition}:iam::${local.account}:role/${var.tags["Fleet"]}/${var.tags["Client"]}/${local.full_name}"
  table_arn = "arn:${local.partition}:dynamodb:${var.region}:${local.account}:table/${local.full_name}"
  group_arn = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${local.log_group}"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.storage.arn
}

# The certificate, its key and the authority that signed it, as one JSON object. It is put there by whoever runs the
# authority; Terraform never sees it.
resource "aws_secretsmanager_secret" "certificate" {
  #checkov:skip=CKV2_AWS_57:whoever runs the authority renews it; nothing here can sign one
  name        = "/utility/${var.name}/vault/certificate"
  description = "TLS of Vault in ${var.name}: {\"ca\": PEM, \"certificate\": PEM, \"key\": PEM} for ${local.host}"
  kms_key_id  = aws_kms_key.storage.arn
}

resource "aws_service_discovery_service" "this" {
  name = "vault"

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

  # Who is inside one of these containers is inside Vault.
  enable_execute_command = false

  # One server after the other, and never fewer than there should be.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.this.id]
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }
}
