# What the deployer's, the client deployers' and the emergency's policies are put together from.

locals {
  # What the stacks above this one are made of.
  services = [
    "acm", "application-autoscaling", "athena", "autoscaling", "backup", "backup-storage", "cloudwatch", "dynamodb",
    "ec2", "ecr", "ecs", "elasticfilesystem", "elasticloadbalancing", "es", "events", "firehose", "glue", "inspector2",
    "kinesis", "lambda", "logs", "macie2", "rds", "resource-groups", "route53", "route53resolver", "scheduler",
    "secretsmanager", "securityhub", "servicediscovery", "sns", "sqs", "ssm", "states", "tag", "transfer", "wafv2", "xray",
  ]

  key_rights = concat(local.key_use, [
    "kms:CancelKeyDeletion", "kms:Create*", "kms:DeleteAlias", "kms:DisableKey*", "kms:EnableKey*", "kms:Get*", "kms:List*",
    "kms:PutKeyPolicy", "kms:RetireGrant", "kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:TagResource",
    "kms:UntagResource", "kms:Update*",
  ])

  # IAM can tie these to the boundary that the role carries, or is to get ...
  role_rights = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]

  # ... and these not, so what they reach is limited by the path.
  role_upkeep   = ["iam:*InstanceProfile*", "iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole*"]
  policy_upkeep = ["iam:CreatePolicy*", "iam:DeletePolicy*", "iam:SetDefaultPolicyVersion", "iam:TagPolicy", "iam:UntagPolicy"]

  # Stacks make their roles below /FLEET/CLIENT/, with `shared` in the client's place where they serve all.
  own_iam       = [for kind in ["instance-profile", "policy", "role"] : "${local.iam}:${kind}/${var.fleet}/*"]
  boundary_arns = ["${local.iam}:policy/*-boundary"]

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
      Sid      = "Templates"
      Effect   = "Allow"
      Action   = "cloudformation:*"
      Resource = "arn:${local.partition}:cloudformation:*:${local.account}:stack/*"
    },
    # The detector is this stack's; what it watches besides, and what it leaves out, is utility/security's.
    {
      Sid      = "Detector"
      Effect   = "Allow"
      Action   = ["guardduty:*Filter", "guardduty:*agResource", "guardduty:UpdateDetector"]
      Resource = "arn:${local.partition}:guardduty:*:${local.account}:detector/*"
    },
    {
      Sid      = "Look"
      Effect   = "Allow"
      Action   = ["cloudtrail:Get*", "config:Describe*", "guardduty:Get*", "guardduty:List*", "iam:Get*", "iam:List*", "s3:ListAllMyBuckets", "servicequotas:Get*", "servicequotas:List*"]
      Resource = "*"
    },
    {
      Sid      = "ServiceRoles"
      Effect   = "Allow"
      Action   = ["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole"]
      Resource = "${local.iam}:role/aws-service-role/*"
    },
    # Functions, rules and templates of the organisation have roles that may do more.
    {
      Sid       = "Organisation"
      Effect    = "Deny"
      NotAction = ["lambda:Get*", "lambda:List*"]
      Resource = [for tail in [
        "cloudformation:*:${local.account}:stack/AWSControlTower*", "cloudformation:*:${local.account}:stack/StackSet-*",
        "events:*:${local.account}:rule/aws-controltower*", "lambda:*:${local.account}:function:aws-controltower*",
        "logs:*:${local.account}:log-group:/aws/lambda/aws-controltower*", "sns:*:${local.account}:aws-controltower*",
      ] : "arn:${local.partition}:${tail}"]
    },
  ]

  # This stack's own records, and what watches them. It makes them with another role than the deployer's.
  no_record_is_lost = {
    Sid    = "NoRecordIsLost"
    Effect = "Deny"
    Action = [
      "cloudwatch:Delete*", "cloudwatch:Disable*", "cloudwatch:Put*", "cloudwatch:SetAlarmState",
      "kms:*Alias", "kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
      "logs:*KmsKey", "logs:Delete*", "logs:Put*", "s3:Bypass*", "s3:Delete*", "s3:Put*",
      "sns:AddPermission", "sns:Delete*", "sns:RemovePermission", "sns:SetTopicAttributes",
    ]
    Resource = concat(local.record_arns, [
      "arn:${local.partition}:cloudwatch:*:${local.account}:alarm:audit-*",
      "arn:${local.partition}:logs:*:${local.account}:log-group:/audit/*",
      aws_kms_key.audit.arn, aws_kms_key.volumes.arn,
      local.topic_arn,
    ])
  }

  # Records, backups and keys of the stacks above, which the deployer makes and may not take away again. Who gives an
  # account up says `records_removable` first.
  evidence_stays = [for statement in local.evidence : statement if !var.records_removable]

  evidence = [
    {
      Sid      = "LogsStay"
      Effect   = "Deny"
      Action   = "logs:Delete*"
      Resource = [for group in var.evidence_log_groups : "arn:${local.partition}:logs:*:${local.account}:log-group:${group}"]
    },
    # SNS knows no narrower resource for ending a subscription.
    {
      Sid      = "BackupsStay"
      Effect   = "Deny"
      Action   = concat(local.backup_undoing, ["sns:Unsubscribe"])
      Resource = "*"
    },
    {
      Sid       = "LockStays"
      Effect    = "Deny"
      Action    = "backup:PutBackupVaultLockConfiguration"
      Resource  = "*"
      Condition = { NumericLessThan = { "backup:MinRetentionDays" = tostring(var.backup_min_days) } }
    },
    {
      Sid       = "UnsealKeyStays"
      Effect    = "Deny"
      Action    = ["kms:*Alias", "kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
      Resource  = "*"
      Condition = { "ForAnyValue:StringLike" = { "kms:ResourceAliases" = "alias/*/vault-unseal" } }
    },
  ]

  backup_undoing = [
    "backup:DeleteBackupVaultAccessPolicy", "backup:DeleteBackupVaultLockConfiguration", "backup:DeleteRecoveryPoint",
    "backup:DisassociateRecoveryPoint*", "backup:UpdateRecoveryPointLifecycle",
  ]
}
