# A key of its own: who may read what is backed up is another question than who may read what runs.
resource "aws_kms_key" "backup" {
  description             = "Backups in ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.account_statement,
      # Whatever IAM allows: a client's own roles read no backup, not even of their data.
      {
        Sid       = "Clients"
        Effect    = "Deny"
        Action    = ["kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"]
        Principal = "*"
        Resource  = "*"
        Condition = {
          Null            = { "aws:PrincipalTag/Client" = "false" }
          StringNotEquals = { "aws:PrincipalTag/Client" = "shared" }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "backup" {
  name          = "alias/${var.name}/backup"
  target_key_id = aws_kms_key.backup.key_id
}

resource "aws_backup_vault" "this" {
  name        = var.name
  kms_key_arn = aws_kms_key.backup.arn
}

resource "aws_backup_vault_lock_configuration" "this" {
  count = var.lock == null ? 0 : 1

  backup_vault_name   = aws_backup_vault.this.name
  min_retention_days  = var.lock.min_days
  max_retention_days  = var.lock.max_days
  changeable_for_days = var.lock.grace_days
}

# Without a final lock this holds: nobody deletes a backup or shortens its life, administrators neither, unless they
# take this policy away first, which the trail shows.
resource "aws_backup_vault_policy" "this" {
  backup_vault_name = aws_backup_vault.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "NobodyDeletes"
        Effect    = "Deny"
        Action    = ["backup:DeleteRecoveryPoint", "backup:DisassociateRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]
        Principal = "*"
        Resource  = "*"
      }],
      # Other accounts' plans leave a copy here, and can't do anything else with it.
      [for accounts in length(var.copying_account_ids) == 0 ? [] : [sort(var.copying_account_ids)] : {
        Sid       = "OthersCopyInto"
        Effect    = "Allow"
        Action    = ["backup:CopyIntoBackupVault"]
        Principal = { AWS = [for account in accounts : "arn:${local.partition}:iam::${account}:root"] }
        Resource  = "*"
      }],
    )
  })
}

resource "aws_backup_plan" "this" {
  name = var.name

  dynamic "rule" {
    for_each = var.backup_rules

    content {
      rule_name         = rule.key
      target_vault_name = aws_backup_vault.this.name
      schedule          = rule.value.schedule
      start_window      = 60
      completion_window = 720

      lifecycle {
        delete_after       = rule.value.keep_days
        cold_storage_after = rule.value.warm_days
      }

      dynamic "copy_action" {
        for_each = rule.value.copy_vaults

        content {
          destination_vault_arn = copy_action.value

          lifecycle {
            delete_after       = rule.value.keep_days
            cold_storage_after = rule.value.warm_days
          }
        }
      }
    }
  }
}

resource "aws_backup_selection" "this" {
  name         = "${var.backup_tag.key}-${var.backup_tag.value}"
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.backup.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = var.backup_tag.key
    value = var.backup_tag.value
  }
}

resource "aws_iam_role" "backup" {
  name                 = "${var.name}-backup"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Takes backups in ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "backup.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "backup" {
  for_each = toset(concat(
    ["service-role/AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"],
    var.restore ? ["service-role/AWSBackupServiceRolePolicyForRestores", "AWSBackupServiceRolePolicyForS3Restore"] : [],
  ))

  role       = aws_iam_role.backup.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}
