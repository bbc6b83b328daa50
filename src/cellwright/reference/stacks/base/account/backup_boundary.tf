# The most that the role of AWS Backup can do: it reads and writes what all clients keep, so the clients' boundary is too
# narrow for it, and it has one of its own. What AWS's four policies for backups and restores ask for is in it, for the
# services that the stacks above use; roles of others, records and the end of a backup's life are not.
resource "aws_iam_policy" "backup_boundary" {
  name        = "${var.name}-backup-boundary"
  description = "The most that AWS Backup can do in ${var.name}"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Stores"
        Effect = "Allow"
        Action = concat(
          ["backup-storage:*", "backup:*", "cloudwatch:GetMetricData", "dynamodb:*Backup*", "dynamodb:*Item", "dynamodb:*Table", "dynamodb:ListTags*"],
          ["dynamodb:Query", "dynamodb:Scan", "ebs:*Snapshot*", "ec2:*Image*", "ec2:*Snapshot*", "ec2:*Tags", "ec2:*Volume*", "ec2:Describe*"],
          ["ec2:RunInstances", "ec2:TerminateInstances", "elasticfilesystem:*", "events:ListRules", "rds:*Backup*", "rds:*Cluster*"],
          ["rds:*Instance*", "rds:*Snapshot*", "rds:*Tags*", "rds:*TenantDatabase", "s3:ListAllMyBuckets", "tag:GetResources"],
        )
        Resource = "*"
      },
      {
        Sid      = "Keys"
        Effect   = "Allow"
        Action   = concat(local.key_use, ["kms:CreateGrant"])
        Resource = "*"
      },
      {
        Sid      = "Buckets"
        Effect   = "Allow"
        Action   = concat(local.bucket_use, ["s3:CreateBucket", "s3:Get*", "s3:List*", "s3:Put*"])
        Resource = "arn:${local.partition}:s3:::${var.fleet}-*"
      },
      # By these AWS Backup learns what changed in a bucket.
      {
        Sid      = "Rules"
        Effect   = "Allow"
        Action   = "events:*"
        Resource = "arn:${local.partition}:events:*:${local.account}:rule/AwsBackupManagedRule*"
      },
      {
        Sid      = "OwnRole"
        Effect   = "Allow"
        Action   = ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:PassRole"]
        Resource = "${local.iam}:role/${var.fleet}/shared/*"
      },
      {
        Sid      = "Records"
        Effect   = "Deny"
        Action   = ["s3:Delete*", "s3:Put*", "s3:Bypass*"]
        Resource = local.record_arns
      },
      {
        Sid      = "BucketsStayClosed"
        Effect   = "Deny"
        Action   = ["s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration"]
        Resource = "*"
      },
      {
        Sid      = "BackupsStay"
        Effect   = "Deny"
        Action   = concat(local.backup_undoing, ["backup:DeleteBackup*", "backup:PutBackupVault*"])
        Resource = "*"
      },
    ]
  })
}
