data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  arn_tail  = "${var.region}:${local.account}"
}

# What the services of this client find at start. Nobody's Terraform knows the values: they are put in by hand or by
# the system that makes them, so they are in no state and in no plan.
resource "aws_secretsmanager_secret" "settings" {
  #checkov:skip=CKV2_AWS_57:whoever makes the values renews them; nothing here knows how
  name                    = "clients/${var.name}/settings"
  description             = "Secret settings of the services of ${var.name}"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = var.secret_recovery_days
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/clients/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encrypt_logs ? aws_kms_key.this.arn : null
}
