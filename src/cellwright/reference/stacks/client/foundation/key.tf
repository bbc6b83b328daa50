locals {
  # Log groups of this client, whichever service of AWS names them.
  log_groups = [for name in [
    "/clients/${var.name}",
    "/clients/${var.name}/*",
    "/aws/rds/instance/client-${var.name}/*",
    "/aws-glue/crawlers-role/client-${var.name}-*",
  ] : "arn:${local.partition}:logs:${local.arn_tail}:log-group:${name}"]

  # The account as a whole holds the key, so that it can't be lost with a role; IAM says who may use it.
  account_statement = {
    Sid       = "Account"
    Effect    = "Allow"
    Action    = "kms:*"
    Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
    Resource  = "*"
  }

  # Whatever IAM allows: who is tagged as another client's reads nothing that is encrypted with this key. What has no
  # such tag (services of AWS, people) is judged by IAM alone; what is shared is the cell's own (backups, deployments).
  guard_statement = {
    Sid       = "OtherClients"
    Effect    = "Deny"
    Action    = ["kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"]
    Principal = "*"
    Resource  = "*"
    Condition = {
      Null            = { "aws:PrincipalTag/Client" = "false" }
      StringNotEquals = { "aws:PrincipalTag/Client" = [var.tags["Client"], "shared"] }
    }
  }

  logs_statement = {
    Sid       = "Logs"
    Effect    = "Allow"
    Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
    Principal = { Service = "logs.${var.region}.amazonaws.com" }
    Resource  = "*"
    Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = local.log_groups } }
  }

  key_statements = concat(
    [jsonencode(local.account_statement)],
    var.guard_key ? [jsonencode(local.guard_statement)] : [],
    var.encrypt_logs ? [jsonencode(local.logs_statement)] : [],
  )
}

# Everything of the client is encrypted with this key and with no other: who can't use it, can't read it.
resource "aws_kms_key" "this" {
  description             = "Everything that ${var.name} stores"
  enable_key_rotation     = var.key_rotation
  deletion_window_in_days = var.key_deletion_days

  # Left out, AWS writes the account's statement alone; that spares new clients the wait for a policy to spread.
  policy = length(local.key_statements) == 1 ? null : jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.key_statements : jsondecode(statement)]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/clients/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
