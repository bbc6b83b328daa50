# What the deployer of one client may do, by the rule that decides: each part is a policy of its own, so that there is
# room for more in each, and all of them stand together in the boundary (client_deployer.tf).

locals {
  request_of_own = { StringEquals = { "aws:RequestTag/Client" = local.own } }

  # What a client's stacks are made of, as far as AWS tells clients apart by a tag.
  client_actions = [
    "athena:*WorkGroup", "ec2:*Address", "ec2:*SecurityGroup*", "ecs:*Service*", "ecs:*TaskSet", "ecs:RegisterTaskDefinition", "ecs:RunTask",
    "elasticloadbalancing:*Rule*", "elasticloadbalancing:*TargetGroup*", "glue:*Crawler*", "rds:*DBInstance*",
    "rds:*DBParameterGroup", "rds:*DBSubnetGroup", "rds:CreateDBSnapshot", "secretsmanager:*Policy", "secretsmanager:*Secret",
    "servicediscovery:*Service*", "transfer:*Server", "transfer:*SshPublicKey", "transfer:*User",
  ]

  tagging = [
    "athena:*agResource", "ec2:*Tags", "ecs:*agResource", "elasticloadbalancing:*Tags", "glue:*agResource", "rds:*Tags*Resource",
    "secretsmanager:*agResource", "servicediscovery:*agResource", "transfer:*agResource",
  ]

  client_keys = concat(local.key_use, ["kms:CreateGrant"])

  own_things = {
    Sid       = "Own"
    Effect    = "Allow"
    Action    = concat(local.client_actions, local.tagging, local.client_keys)
    Resource  = "*"
    Condition = local.of_own
  }

  client_rights = {
    # Settings of anybody's things, and nothing of what is in them.
    reading = [
      {
        Sid    = "Look"
        Effect = "Allow"
        Action = concat(
          ["application-autoscaling:*", "athena:GetWorkGroup", "athena:List*", "cloudwatch:Describe*", "cloudwatch:List*", "ec2:Describe*"],
          ["ecs:DeregisterTaskDefinition", "ecs:Describe*", "ecs:List*", "elasticloadbalancing:Describe*", "glue:*SecurityConfiguration*"],
          ["glue:GetCrawler*", "glue:GetDatabase*", "glue:GetTags", "iam:GetRole*", "iam:List*", "kms:DescribeKey", "kms:GetKey*", "kms:List*"],
          ["logs:Describe*", "logs:ListTags*", "rds:Describe*", "rds:List*", "route53:Get*", "route53:List*", "secretsmanager:DescribeSecret", "secretsmanager:ListSecretV*"],
          ["secretsmanager:GetResourcePolicy", "servicediscovery:Get*", "servicediscovery:List*", "ssm:DescribeParameters", "transfer:Describe*", "transfer:List*"],
        )
        Resource = "*"
      },
    ]

    # What AWS tells apart by the tag Client.
    tagged = [
      {
        Sid       = "New"
        Effect    = "Allow"
        Action    = local.client_actions
        Resource  = "*"
        Condition = local.request_of_own
      },
      # What has no owner yet is just being made.
      {
        Sid       = "TagsOfNew"
        Effect    = "Allow"
        Action    = local.tagging
        Resource  = "*"
        Condition = merge(local.request_of_own, { Null = { "aws:ResourceTag/Client" = "true" } })
      },
      # A group of the client's in the network that all share.
      {
        Sid       = "InSharedNetwork"
        Effect    = "Allow"
        Action    = "ec2:CreateSecurityGroup"
        Resource  = "arn:${local.partition}:ec2:*:${local.account}:vpc/*"
        Condition = { StringEquals = { "aws:ResourceTag/Client" = "shared" } }
      },
      # RDS keeps a database's first password in a secret that it makes with the rights of whoever makes the database,
      # and so does Transfer with the server's endpoint.
      {
        Sid       = "ByServices"
        Effect    = "Allow"
        Action    = ["ec2:*VpcEndpoint*", "ec2:*ssociateAddress", "secretsmanager:CreateSecret", "secretsmanager:RotateSecret", "secretsmanager:TagResource"]
        Resource  = "*"
        Condition = { "ForAnyValue:StringEquals" = { "aws:CalledVia" = ["rds.amazonaws.com", "transfer.amazonaws.com"] } }
      },
    ]

    # What it tells apart by name or by path.
    named = [
      {
        Sid    = "Named"
        Effect = "Allow"
        Action = ["cloudformation:*", "cloudwatch:*Alarm*", "cloudwatch:*agResource", "glue:*Database", "glue:*agResource", "lambda:*", "logs:*Filter", "logs:*Group*", "logs:*KmsKey", "logs:*Policy", "logs:*agResource", "s3:*", "ssm:*"]
        Resource = concat(
          [for tail in [
            "cloudformation:*:${local.account}:stack/client-${local.own}-*", "cloudwatch:*:${local.account}:alarm:client-${local.own}-*",
            "lambda:*:${local.account}:function:client-${local.own}-*", "glue:*:${local.account}:catalog", "glue:*:${local.account}:database/client_*", "glue:*:${local.account}:table/client_*",
            "logs:*:${local.account}:log-group:/clients/${local.own}", "logs:*:${local.account}:log-group:/clients/${local.own}:*", "logs:*:${local.account}:log-group:/clients/${local.own}/*",
            "logs:*:${local.account}:log-group:/aws*/client-${local.own}*", "ssm:*:${local.account}:parameter/clients/${local.own}/*",
          ] : "arn:${local.partition}:${tail}"],
          [for ending in ["", "/*", "-*"] : "arn:${local.partition}:s3:::${var.fleet}-${local.own}-${local.account}${ending}"],
        )
      },
      {
        Sid       = "Names"
        Effect    = "Allow"
        Action    = "route53:ChangeResourceRecordSets"
        Resource  = "arn:${local.partition}:route53:::hostedzone/*"
        Condition = { "ForAllValues:StringLike" = { "route53:ChangeResourceRecordSetsNormalizedRecordNames" = ["${local.own}.*", "*.${local.own}.*"] } }
      },
      {
        Sid       = "BoundedRoles"
        Effect    = "Allow"
        Action    = local.role_rights
        Resource  = "${local.iam}:role/${var.fleet}/${local.own}/*"
        Condition = { ArnEquals = { "iam:PermissionsBoundary" = "${local.iam}:policy/${var.name}-boundary" } }
      },
      {
        Sid      = "Upkeep"
        Effect   = "Allow"
        Action   = ["iam:DeleteRole", "iam:PassRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole*"]
        Resource = "${local.iam}:role/${var.fleet}/${local.own}/*"
      },
      # By this role logs go where all clients' are searched.
      {
        Sid       = "LogDelivery"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = "${local.iam}:role/${var.fleet}/shared/*-elk-subscription"
        Condition = { StringEquals = { "iam:PassedToService" = "logs.amazonaws.com" } }
      },
      {
        Sid      = "ServiceRoles"
        Effect   = "Allow"
        Action   = "iam:CreateServiceLinkedRole"
        Resource = "${local.iam}:role/aws-service-role/*"
      },
    ]
  }

  # Whatever else somebody attaches.
  client_limits = [
    {
      Sid       = "OthersThings"
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { Null = { "aws:ResourceTag/Client" = "false" }, StringNotEquals = { "aws:ResourceTag/Client" = [local.own, "shared"] } }
    },
    # Nothing changes hands: a tag Client is the client's own, and stays.
    {
      Sid       = "OwnTag"
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { "ForAnyValue:StringEquals" = { "aws:TagKeys" = "Client" }, StringNotEquals = { "aws:RequestTag/Client" = local.own } }
    },
  ]
}
