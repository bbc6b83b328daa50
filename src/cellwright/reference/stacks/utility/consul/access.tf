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

# What Consul itself may do in AWS: write its snapshots.
resource "aws_iam_role" "this" {
  name                 = local.full_name
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Consul in ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "this" {
  name = "own-snapshots"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Snapshots"
      Effect   = "Allow"
      Action   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      Resource = aws_efs_file_system.snapshots.arn
    }]
  })
}

# With this role ECS pulls the image, writes the logs and hands over the secrets.
resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-execution"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Lets ECS start Consul in ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "secrets" {
  name = "own-secrets"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Secrets"
        Effect = "Allow"
        Action = "secretsmanager:GetSecretValue"
        Resource = [
          aws_secretsmanager_secret.certificate.arn,
          aws_secretsmanager_secret.gossip.arn,
          aws_secretsmanager_secret.management.arn,
        ]
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
