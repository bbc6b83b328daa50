locals {
  # Named nobody in particular, the account itself decides by IAM who may take a role.
  trusted = {
    for role, principals in var.trusted_principals : role => length(principals) == 0 ? ["${local.iam}:root"] : sort(principals)
  }

  # Deployers trust accounts, and in them these principals alone: so a pipeline's role may be made later than this stack,
  # and again, where IAM would refuse its name or go on trusting the one that is gone.
  deployer_accounts = distinct([for arn in local.trusted.deployer : "arn:${local.partition}:iam::${split(":", arn)[4]}:root"])
  deployer_callers  = [for arn in local.trusted.deployer : endswith(arn, ":root") ? "${trimsuffix(arn, "root")}*" : arn]

  deployer_trust = {
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = local.deployer_accounts }
      Condition = { ArnLike = { "aws:PrincipalArn" = local.deployer_callers } }
    }]
  }

  break_glass_arn = "${local.iam}:role/${var.name}-break-glass"

  with_mfa = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }

  auditor_policies = var.account_wide ? toset(["SecurityAudit", "job-function/ViewOnlyAccess"]) : toset([])
}

# Sees how everything is set and what was recorded, and no data of clients: ReadOnlyAccess would show their objects.
resource "aws_iam_role" "auditor" {
  count = var.account_wide ? 1 : 0

  name        = "${var.name}-auditor"
  description = "Reads settings and audit records of ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = local.trusted.auditor }
      },
      var.auditor_mfa ? { Condition = local.with_mfa } : {},
    )]
  })
}

resource "aws_iam_role_policy_attachment" "auditor" {
  for_each = local.auditor_policies

  role       = aws_iam_role.auditor[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/${each.key}"
}

resource "aws_iam_role_policy" "auditor" {
  #checkov:skip=CKV_AWS_355:results of a query have no ARN; which log groups may be asked is said above
  count = var.account_wide ? 1 : 0

  name = "audit-records"
  role = aws_iam_role.auditor[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Records"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"]
        Resource = local.record_arns
      },
      {
        Sid      = "Trail"
        Effect   = "Allow"
        Action   = ["logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"]
        Resource = ["${local.trail_log_arn}", "${local.trail_log_arn}:*"]
      },
      {
        Sid      = "Queries"
        Effect   = "Allow"
        Action   = ["logs:GetQueryResults", "logs:StopQuery"]
        Resource = "*"
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.audit.arn
      },
    ]
  })
}

# For the day on which nothing else works: taken by a person with a second factor, for an hour, and each time an alarm
# rings. It repairs roles as well, so it could give itself more; what it did stays on record.
resource "aws_iam_role" "break_glass" {
  count = var.account_wide ? 1 : 0

  name                 = "${var.name}-break-glass"
  description          = "Emergency access to ${var.name}; its use raises an alarm"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = local.trusted.break_glass }
      Condition = merge(local.with_mfa, { NumericLessThan = { "aws:MultiFactorAuthAge" = "3600" } })
    }]
  })
}

resource "aws_iam_policy" "break_glass" {
  count = var.account_wide ? 1 : 0

  name        = "${var.name}-break-glass"
  description = "What emergencies in ${var.name} may need"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.building, [
      {
        Sid      = "RepairRoles"
        Effect   = "Allow"
        Action   = concat(local.role_rights, local.role_upkeep, local.policy_upkeep, ["iam:DeleteRolePermissionsBoundary"])
        Resource = ["${local.iam}:instance-profile/*", "${local.iam}:policy/*", "${local.iam}:role/*"]
      },
      {
        Sid      = "NotItself"
        Effect   = "Deny"
        Action   = concat(local.role_rights, local.role_upkeep, local.policy_upkeep)
        Resource = ["${local.iam}:policy/*-break-glass", "${local.iam}:role/*-break-glass"]
      },
      local.no_record_is_lost,
    ])
  })
}

resource "aws_iam_role_policy_attachment" "break_glass" {
  count = var.account_wide ? 1 : 0

  role       = aws_iam_role.break_glass[0].name
  policy_arn = aws_iam_policy.break_glass[0].arn
}

resource "aws_iam_role_policy_attachment" "break_glass_further" {
  for_each = var.account_wide ? var.break_glass_policy_arns : toset([])

  role       = aws_iam_role.break_glass[0].name
  policy_arn = each.key
}
