locals {
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${var.region}:${local.account}:*" }
      }
    }]
  })
}

# The controller starts agents and does nothing else in AWS: it takes none of the roles that change accounts.
resource "aws_iam_role" "controller" {
  name                 = local.full_name
  path                 = local.role_path
  description          = "Jenkins' controller in ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "controller" {
  name = "agents-and-home"
  role = aws_iam_role.controller.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "StartAgents"
        Effect    = "Allow"
        Action    = "ecs:RunTask"
        Resource  = [for family in [local.agent_family, local.check_family] : "arn:${local.partition}:ecs:${var.region}:${local.account}:task-definition/${family}:*"]
        Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
      },
      {
        Sid       = "WatchAndStopAgents"
        Effect    = "Allow"
        Action    = ["ecs:DescribeTasks", "ecs:StopTask"]
        Resource  = "arn:${local.partition}:ecs:${var.region}:${local.account}:task/${local.cluster_name}/*"
        Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
      },
      {
        Sid      = "TagAgents"
        Effect   = "Allow"
        Action   = "ecs:TagResource"
        Resource = "arn:${local.partition}:ecs:${var.region}:${local.account}:task/${local.cluster_name}/*"
        Condition = {
          StringEquals = { "ecs:CreateAction" = "RunTask" }
        }
      },
      # AWS knows no narrower resource for these.
      {
        Sid      = "ReadDefinitions"
        Effect   = "Allow"
        Action   = ["ecs:DescribeTaskDefinition", "ecs:ListClusters"]
        Resource = "*"
      },
      {
        Sid       = "HandRolesToAgents"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = local.agent_role_arns
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      {
        Sid      = "Home"
        Effect   = "Allow"
        Action   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Resource = aws_efs_file_system.home.arn
      },
    ]
  })
}

locals {
  # Of each account its deployer, and those of the clients that live there.
  deployers = concat(sort(var.deployer_role_arns), [
    for arn in var.deployer_role_arns : "${split(":role/", arn)[0]}:role/${var.tags["Fleet"]}/shared/clients/client-*-deployer"
  ])
}

# Agents have no rights of their own: they take the deployers' roles, for as long as a build lasts.
resource "aws_iam_role" "agent" {
  name                 = local.agent_family
  path                 = local.role_path
  description          = "Jenkins' agents in ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "agent" {
  count = length(var.deployer_role_arns) == 0 ? 0 : 1

  name = "deployers"
  role = aws_iam_role.agent.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Deploy"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = sort(distinct(local.deployers))
    }]
  })
}

# What checks a pull request: it takes roles that only look, if there are any.
resource "aws_iam_role" "check" {
  name                 = local.check_family
  path                 = local.role_path
  description          = "Jenkins' agents that check pull requests in ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "check" {
  count = length(var.check_role_arns) == 0 ? 0 : 1

  name = "readers"
  role = aws_iam_role.check.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Look"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = sort(var.check_role_arns)
    }]
  })
}

locals {
  # A secret's ARN; behind it a reference may name a key of its JSON, as `ARN:key::`.
  agent_secret_arns = {
    agent = distinct([for reference in values(var.agent_secrets) : join(":", slice(split(":", reference), 0, 7))])
    check = distinct([for reference in values(var.check_secrets) : join(":", slice(split(":", reference), 0, 7))])
  }
}

# With these roles ECS starts agents and hands them their secrets: each kind its own and no others.
resource "aws_iam_role" "agent_execution" {
  for_each = { agent = local.agent_family, check = local.check_family }

  name                 = "${each.value}-execution"
  path                 = local.role_path
  description          = "Lets ECS start ${each.value}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy_attachment" "agent_execution" {
  for_each = aws_iam_role.agent_execution

  role       = each.value.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "agent_execution" {
  for_each = { for kind, arns in local.agent_secret_arns : kind => arns if length(arns) > 0 }

  name = "own-secrets"
  role = aws_iam_role.agent_execution[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Sid      = "Secrets"
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = sort(each.value)
      }], length(var.secret_key_arns) == 0 ? [] : [{
      Sid       = "Keys"
      Effect    = "Allow"
      Action    = "kms:Decrypt"
      Resource  = sort(var.secret_key_arns)
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }
    }])
  })
}

# With this role ECS starts the controller and hands it its secrets.
resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-execution"
  path                 = local.role_path
  description          = "Lets ECS start Jenkins' controller in ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "execution" {
  name = "own-secrets"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = concat([aws_secretsmanager_secret.git.arn], aws_secretsmanager_secret.admin[*].arn, aws_secretsmanager_secret.sign_in[*].arn)
      },
      {
        Sid       = "Key"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = aws_kms_key.this.arn
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }
      },
    ]
  })
}
