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

# What Vault itself may do: use its key and its table.
resource "aws_iam_role" "this" {
  name                 = local.full_name
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Vault in ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "this" {
  name = "own-key-and-storage"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Unseal"
        Effect   = "Allow"
        Action   = ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"]
        Resource = aws_kms_key.unseal.arn
      },
      {
        Sid    = "Storage"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:Scan",
          "dynamodb:UpdateItem",
        ]
        Resource = local.table_arn
      },
      {
        Sid       = "StorageKey"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = aws_kms_key.storage.arn
        Condition = { StringEquals = { "kms:ViaService" = "dynamodb.${var.region}.amazonaws.com" } }
      },
    ]
  })
}

# Services sign in as the IAM roles that they have anyway. Vault asks AWS for the role's unique id, so that a role that is
# made anew under the same name is not let in for the old one.
resource "aws_iam_role_policy" "logins" {
  name = "logins"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "WhoIsIt"
        Effect   = "Allow"
        Action   = "iam:GetRole"
        Resource = [for pattern in sort(var.login_roles) : "arn:${local.partition}:iam::${local.account}:role/${var.tags["Fleet"]}/${pattern}"]
      }],
      [for arns in length(var.login_role_arns) == 0 ? [] : [sort(var.login_role_arns)] : {
        Sid      = "WhoIsItElsewhere"
        Effect   = "Allow"
        Action   = "sts:AssumeRole"
        Resource = arns
      }],
    )
  })
}

# With this role ECS pulls the image, writes the logs and hands over the certificate.
resource "aws_iam_role" "execution" {
  name                 = "${local.full_name}-execution"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Lets ECS start Vault in ${var.name}"
  permissions_boundary = var.boundary_arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "certificate" {
  name = "certificate"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Certificate"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_secretsmanager_secret.certificate.arn
      },
      {
        Sid       = "Key"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = aws_kms_key.storage.arn
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }
      },
    ]
  })
}
