locals {
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${local.arn_tail}:*" }
      }
    }]
  })

  # One key, or none.
  keys = compact([var.command_key_arn])
}

# What the host may do: hold sessions, and write down what is typed in them. Whoever is in it has no other rights in AWS.
resource "aws_iam_role" "this" {
  name                 = local.full_name
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "The way into the network of ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "this" {
  name = "sessions"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      # AWS knows no narrower resource for these.
      [
        {
          Sid      = "Sessions"
          Effect   = "Allow"
          Action   = ["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"]
          Resource = "*"
        },
        {
          Sid      = "FindRecord"
          Effect   = "Allow"
          Action   = "logs:DescribeLogGroups"
          Resource = "*"
        },
        {
          Sid      = "Record"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
          Resource = "arn:${local.partition}:logs:${local.arn_tail}:log-group:${var.command_log_group}:*"
        },
      ],
      [for key in local.keys : {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = key
      }],
    )
  })
}

resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-execution"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Lets ECS start the way into ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

# For the people who may come in: attached to their role, in this account. They start and stop this host and no other,
# and get no session in anything else that runs on the cluster.
resource "aws_iam_policy" "people" {
  name        = "${local.full_name}-people"
  path        = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description = "Lets people into the network of ${var.name}, with a second factor"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "Host"
          Effect    = "Allow"
          Action    = ["ecs:DescribeServices", "ecs:UpdateService"]
          Resource  = "arn:${local.partition}:ecs:${local.arn_tail}:service/${local.cluster_name}/${local.full_name}"
          Condition = local.second_factor
        },
        {
          Sid       = "Find"
          Effect    = "Allow"
          Action    = ["ecs:DescribeTasks", "ecs:ListTasks"]
          Resource  = "*"
          Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
        },
        # By the host's tags, which it has from the service.
        {
          Sid      = "Enter"
          Effect   = "Allow"
          Action   = ["ecs:ExecuteCommand", "ssm:StartSession"]
          Resource = "arn:${local.partition}:ecs:${local.arn_tail}:task/${local.cluster_name}/*"
          Condition = merge(local.second_factor, {
            StringEquals = { "aws:ResourceTag/Stack" = "access", "aws:ResourceTag/Cell" = var.tags["Cell"] }
          })
        },
        {
          Sid      = "Cluster"
          Effect   = "Allow"
          Action   = "ecs:ExecuteCommand"
          Resource = var.cluster_arn
          Condition = merge(local.second_factor, {
            StringEquals = { "ecs:container-name" = "host" }
          })
        },
        {
          Sid      = "Forward"
          Effect   = "Allow"
          Action   = "ssm:StartSession"
          Resource = "arn:${local.partition}:ssm:*::document/AWS-StartPortForwardingSessionToRemoteHost"
        },
        {
          Sid      = "Own"
          Effect   = "Allow"
          Action   = ["ssm:ResumeSession", "ssm:TerminateSession"]
          Resource = [for who in ["username", "userid"] : "arn:${local.partition}:ssm:*:${local.account}:session/$${aws:${who}}-*"]
        },
      ],
      [for key in local.keys : {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = "kms:GenerateDataKey"
        Resource = key
      }],
    )
  })
}

locals {
  second_factor = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
}
