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
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
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
        Resource  = "arn:${local.partition}:ecs:${var.region}:${local.account}:task-definition/${local.agent_family}:*"
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
        Resource  = [local.agent_role_arn, var.agent_execution_role_arn]
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
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
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

# With this role ECS starts the controller and hands it its secrets.
resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-execution"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
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
        Resource = [aws_secretsmanager_secret.admin.arn, aws_secretsmanager_secret.git.arn]
      },
      {
        Sid      = "Configuration"
        Effect   = "Allow"
        Action   = "ssm:GetParameters"
        Resource = aws_ssm_parameter.configuration.arn
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
