locals {
  # IAM fills it in with the tag of whoever asks: one policy serves all clients, and each gets only its own.
  own = "$${aws:PrincipalTag/Client}"

  of_own   = { StringEquals = { "aws:ResourceTag/Client" = local.own } }
  by_cells = { StringEquals = { "aws:PrincipalTag/Client" = "shared" } }

  key_use    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
  traffic    = ["dynamodb:*Item", "dynamodb:DescribeTable", "dynamodb:Query", "dynamodb:Scan", "firehose:PutRecord*", "lambda:InvokeFunction", "sns:Publish", "sqs:*Message*", "sqs:GetQueue*", "states:StartExecution"]
  bucket_use = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetBucketLocation", "s3:GetObject*", "s3:ListBucket*", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging"]
}

# The most that a role made in this account can do, whatever its own policies say. Roles carry the tag Client of whom
# they were made for; the cell's own, tagged as shared, work for all clients.
resource "aws_iam_policy" "boundary" {
  name        = "${var.name}-boundary"
  description = "The most that roles made in ${var.name} can do"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OwnKeys"
        Effect    = "Allow"
        Action    = local.key_use
        Resource  = "*"
        Condition = local.of_own
      },
      # RDS makes and names the master user's secret, and tags it with the instance alone.
      {
        Sid       = "OwnDatabase"
        Effect    = "Allow"
        Action    = "secretsmanager:GetSecretValue"
        Resource  = "arn:${local.partition}:secretsmanager:*:${local.account}:secret:rds!db-*"
        Condition = { ArnLike = { "aws:ResourceTag/aws:rds:primaryDBInstanceArn" = "arn:${local.partition}:rds:*:${local.account}:db:client-${local.own}" } }
      },
      {
        Sid    = "OwnDatabaseSetup"
        Effect = "Allow"
        Action = ["ecs:DescribeTasks", "ecs:RunTask", "iam:PassRole"]
        Resource = concat(
          ["arn:${local.partition}:ecs:*:${local.account}:task/*", "arn:${local.partition}:ecs:*:${local.account}:task-definition/client-${local.own}-database-setup:*"],
          ["${local.iam}:role/${var.fleet}/${local.own}/client-${local.own}-database-setup"],
        )
      },
      {
        Sid       = "OwnSecrets"
        Effect    = "Allow"
        Action    = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        Resource  = "*"
        Condition = local.of_own
      },
      {
        Sid    = "OwnBuckets"
        Effect = "Allow"
        Action = local.bucket_use
        Resource = [for ending in ["", "/*", "-*"] :
          "arn:${local.partition}:s3:::${var.fleet}-${local.own}-${local.account}${ending}"
        ]
      },
      {
        Sid      = "OwnSettings"
        Effect   = "Allow"
        Action   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
        Resource = "arn:${local.partition}:ssm:*:${local.account}:parameter/clients/${local.own}/*"
      },
      # These say nothing about any client, or are tied to one in another way (a network, a key, a password).
      {
        Sid    = "Services"
        Effect = "Allow"
        Action = concat(
          ["cloudwatch:PutMetricData", "ec2:*NetworkInterface*", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpc*"],
          ["ec2messages:*", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"],
          ["elasticfilesystem:Client*", "events:PutEvents", "glue:GetSecurityConfiguration", "logs:Describe*", "rds-db:connect"],
          ["servicediscovery:Discover*", "ssm:UpdateInstanceInformation", "ssmmessages:*", "xray:Put*"],
        )
        Resource = "*"
      },
      {
        Sid       = "OwnServices"
        Effect    = "Allow"
        Action    = concat(["athena:Get*", "athena:List*", "athena:StartQueryExecution", "athena:StopQueryExecution"], local.traffic)
        Resource  = "*"
        Condition = local.of_own
      },
      # Tables have no tags that IAM sees; what they describe lies in buckets, which are the client's own.
      {
        Sid      = "Catalogue"
        Effect   = "Allow"
        Action   = ["glue:*Partition*", "glue:CreateTable", "glue:GetDatabase*", "glue:GetTable*", "glue:UpdateTable"]
        Resource = [for tail in ["catalog", "database/client_*", "database/default", "table/client_*"] : "arn:${local.partition}:glue:*:${local.account}:${tail}"]
      },
      {
        Sid    = "OwnLogs"
        Effect = "Allow"
        Action = ["logs:AssociateKmsKey", "logs:Create*", "logs:PutLogEvents"]
        Resource = [for name in ["/aws-glue/crawlers-role/client-${local.own}-*", "/clients/${local.own}/*", "/clients/${local.own}:*", "RDSOSMetrics*"] :
          "arn:${local.partition}:logs:*:${local.account}:log-group:${name}"
        ]
      },
      {
        Sid    = "WorkForAll"
        Effect = "Allow"
        Action = concat(
          local.key_use, local.traffic,
          ["ec2:Describe*", "ecs:*", "es:Describe*", "es:ESHttp*", "kms:CreateGrant", "lambda:Get*", "logs:AssociateKmsKey", "logs:Create*"],
          ["logs:PutLogEvents", "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "ssm:GetParameter*"],
        )
        Resource  = "*"
        Condition = local.by_cells
      },
      {
        Sid       = "BucketsOfAll"
        Effect    = "Allow"
        Action    = concat(local.bucket_use, ["s3:Get*", "s3:PutBucketNotification"])
        Resource  = ["arn:${local.partition}:s3:::${var.fleet}-*"]
        Condition = local.by_cells
      },
      # Jenkins' agents take deployers, of other accounts too, those that only check take readers, if you make some; Vault
      # looks up the roles that sign in to it, there too. Whom roles let in, their own trust policies say.
      {
        Sid       = "RolesOfAll"
        Effect    = "Allow"
        Action    = ["iam:GetRole", "iam:PassRole"]
        Resource  = "${local.iam}:role/${var.fleet}/*"
        Condition = local.by_cells
      },
      {
        Sid       = "Deployers"
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Resource  = [for role in ["*-deployer", "*-reader", "${var.fleet}/shared/*-vault-login"] : "arn:${local.partition}:iam::*:role/${role}"]
        Condition = local.by_cells
      },
      {
        Sid      = "Records"
        Effect   = "Deny"
        Action   = ["logs:*", "s3:*"]
        Resource = concat(local.record_arns, ["arn:${local.partition}:logs:*:${local.account}:log-group:/audit/*"])
      },
    ]
  })
}
