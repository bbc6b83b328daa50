data "aws_partition" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  bucket_arn = "arn:${local.partition}:s3:::${var.state_bucket}"
  # IAM names a token's claims after the issuer, without its scheme.
  issuer = var.oidc == null ? "" : trimprefix(var.oidc.issuer, "https://")

  subjects = {
    apply = var.oidc == null ? [] : var.oidc.apply_subjects
    plan  = var.oidc == null ? [] : var.oidc.plan_subjects
  }
  trusted = {
    apply = var.trusted_role_arns
    plan  = []
  }

  # A role that nobody could take is not made.
  roles = toset([for kind in ["apply", "plan"] : kind if length(local.subjects[kind]) + length(local.trusted[kind]) > 0])
}

resource "aws_iam_openid_connect_provider" "pipeline" {
  count = var.oidc == null ? 0 : 1

  url            = var.oidc.issuer
  client_id_list = [var.oidc.audience]
}

# Who may take a role: a token with exactly this audience and one of exactly these subjects, or a role of AWS.
resource "aws_iam_role" "pipeline" {
  for_each = local.roles

  name                 = "${var.name}-ci-${each.key}"
  description          = each.key == "apply" ? "The pipeline, to apply what was approved" : "The pipeline, to plan"
  max_session_duration = each.key == "apply" ? var.session_seconds : 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for subjects in length(local.subjects[each.key]) == 0 ? [] : [local.subjects[each.key]] : {
        Sid       = "Token"
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = aws_iam_openid_connect_provider.pipeline[0].arn }
        Condition = {
          StringEquals = {
            "${local.issuer}:aud" = var.oidc.audience
            "${local.issuer}:sub" = subjects
          }
        }
      }],
      [for roles in length(local.trusted[each.key]) == 0 ? [] : [local.trusted[each.key]] : {
        Sid       = "Roles"
        Effect    = "Allow"
        Action    = ["sts:AssumeRole", "sts:TagSession"]
        Principal = { AWS = roles }
      }],
    )
  })
}

resource "aws_iam_role_policy" "pipeline" {
  for_each = local.roles

  name = "pipeline"
  role = aws_iam_role.pipeline[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "FindStates"
          Effect   = "Allow"
          Action   = "s3:ListBucket"
          Resource = local.bucket_arn
        },
        {
          Sid      = "ReadStates"
          Effect   = "Allow"
          Action   = "s3:GetObject"
          Resource = "${local.bucket_arn}/*"
        },
        {
          # To plan takes a state's lock, and no more.
          Sid      = each.key == "apply" ? "WriteStates" : "LockStates"
          Effect   = "Allow"
          Action   = ["s3:PutObject", "s3:DeleteObject"]
          Resource = each.key == "apply" ? "${local.bucket_arn}/*" : "${local.bucket_arn}/*.tflock"
        },
        {
          Sid      = "StatesKey"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"]
          Resource = var.state_kms_key_arn
        },
      ],
      [for roles in length(local.taken[each.key]) == 0 ? [] : [local.taken[each.key]] : {
        Sid      = "Accounts"
        Effect   = "Allow"
        Action   = ["sts:AssumeRole", "sts:TagSession"]
        Resource = roles
      }],
      [for user in var.ledger_user_arn == null ? [] : [var.ledger_user_arn] : {
        Sid      = "Ledger"
        Effect   = "Allow"
        Action   = "rds-db:connect"
        Resource = user
      }],
      [for secrets in length(var.secret_arns) == 0 ? [] : [var.secret_arns] : {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = secrets
      }],
      # The planning role stores plans, too. They are encrypted with the fleet's key, and the ledger has their digests.
      [for prefix in var.artifacts_arn == null ? [] : [var.artifacts_arn] : {
        Sid      = "Artifacts"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Resource = "${prefix}/*"
      }],
      [for bucket in var.artifacts_arn == null ? [] : [split("/", var.artifacts_arn)[0]] : {
        Sid      = "FindArtifacts"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = bucket
      }],
    )
  })
}

locals {
  taken = {
    apply = var.deployer_role_arns
    plan  = var.reader_role_arns
  }
}
