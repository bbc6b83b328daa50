locals {
  # What the stacks above this one are made of.
  services = [
    "acm", "application-autoscaling", "athena", "autoscaling", "backup", "backup-storage", "cloudwatch", "dynamodb",
    "ec2", "ecr", "ecs", "elasticfilesystem", "elasticloadbalancing", "es", "events", "firehose", "glue", "inspector2",
    "kinesis", "lambda", "logs", "macie2", "rds", "resource-groups", "route53", "scheduler", "secretsmanager",
    "securityhub", "servicediscovery", "sns", "sqs", "ssm", "states", "tag", "transfer", "wafv2", "xray",
  ]

  key_rights = concat(local.key_use, [
    "kms:CancelKeyDeletion", "kms:Create*", "kms:DeleteAlias", "kms:DisableKey", "kms:EnableKey*", "kms:Get*", "kms:List*",
    "kms:PutKeyPolicy", "kms:RetireGrant", "kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:TagResource",
    "kms:UntagResource", "kms:Update*",
  ])

  # IAM can tie these to the boundary that the role carries, or is to get ...
  role_rights = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]

  # ... and these not.
  role_upkeep   = ["iam:*InstanceProfile*", "iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:Update*Role*"]
  policy_upkeep = ["iam:CreatePolicy*", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion", "iam:TagPolicy", "iam:UntagPolicy"]

  building = [
    {
      Sid      = "Services"
      Effect   = "Allow"
      Action   = [for service in local.services : "${service}:*"]
      Resource = "*"
    },
    {
      Sid      = "Keys"
      Effect   = "Allow"
      Action   = local.key_rights
      Resource = "*"
    },
    {
      Sid      = "Buckets"
      Effect   = "Allow"
      Action   = "s3:*"
      Resource = "arn:${local.partition}:s3:::${var.fleet}-*"
    },
    {
      Sid      = "Look"
      Effect   = "Allow"
      Action   = ["cloudtrail:Get*", "config:Describe*", "guardduty:Get*", "guardduty:List*", "iam:Get*", "iam:List*", "s3:ListAllMyBuckets"]
      Resource = "*"
    },
    {
      Sid      = "ServiceRoles"
      Effect   = "Allow"
      Action   = "iam:CreateServiceLinkedRole"
      Resource = "${local.iam}:role/aws-service-role/*"
    },
  ]

  no_record_is_lost = {
    Sid    = "NoRecordIsLost"
    Effect = "Deny"
    Action = [
      "cloudwatch:DeleteAlarms", "cloudwatch:DisableAlarmActions", "kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
      "logs:Delete*", "logs:PutRetentionPolicy", "s3:Delete*", "s3:Put*", "sns:Delete*", "sns:RemovePermission", "sns:SetTopicAttributes",
    ]
    Resource = concat(local.record_arns, [
      "arn:${local.partition}:cloudwatch:*:${local.account}:alarm:*-audit-*",
      "arn:${local.partition}:logs:*:${local.account}:log-group:/audit/*",
      aws_kms_key.audit.arn, aws_kms_key.volumes.arn,
      local.topic_arn,
    ])
  }
}

# Both what the deployer may do and the most that it ever can: no further policy that somebody attaches adds anything.
# Every role that it makes carries the boundary, so that it can't make one that may do more than it may itself.
resource "aws_iam_policy" "deployer" {
  count = var.account_wide ? 1 : 0

  name        = "${var.name}-deployer"
  description = "What deployments in ${var.name} need; also the deployer's boundary"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.building, [
      {
        Sid       = "BoundedRoles"
        Effect    = "Allow"
        Action    = local.role_rights
        Resource  = "${local.iam}:role/*"
        Condition = { ArnLike = { "iam:PermissionsBoundary" = "${local.iam}:policy/*-boundary" } }
      },
      {
        Sid      = "Upkeep"
        Effect   = "Allow"
        Action   = concat(local.role_upkeep, local.policy_upkeep, ["iam:PassRole"])
        Resource = ["${local.iam}:instance-profile/*", "${local.iam}:policy/*", "${local.iam}:role/*"]
      },
      {
        Sid    = "NotWhatWatches"
        Effect = "Deny"
        Action = concat(local.role_rights, local.role_upkeep, local.policy_upkeep, ["iam:DeleteRolePermissionsBoundary", "iam:PassRole", "sts:AssumeRole"])
        Resource = concat(
          [for role in ["auditor", "break-glass", "deployer"] : "${local.iam}:role/*-${role}"],
          ["${local.iam}:role/${var.name}-config", "${local.iam}:role/${var.name}-trail"],
          [for policy in ["boundary", "break-glass", "deployer"] : "${local.iam}:policy/*-${policy}"],
        )
      },
      {
        Sid      = "SafeDefaults"
        Effect   = "Deny"
        Action   = ["ec2:DisableEbsEncryptionByDefault", "ec2:DisableSnapshotBlockPublicAccess", "ec2:ModifyEbsDefaultKmsKeyId", "ec2:ModifyInstanceMetadataDefaults"]
        Resource = "*"
      },
      local.no_record_is_lost,
    ])
  })
}

resource "aws_iam_role" "deployer" {
  count = var.account_wide ? 1 : 0

  name                 = "${var.name}-deployer"
  description          = "Deploys networks, shared services and clients in ${var.name}"
  permissions_boundary = aws_iam_policy.deployer[0].arn
  max_session_duration = var.deployer_session_hours * 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = local.trusted.deployer }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "deployer" {
  count = var.account_wide ? 1 : 0

  role       = aws_iam_role.deployer[0].name
  policy_arn = aws_iam_policy.deployer[0].arn
}
