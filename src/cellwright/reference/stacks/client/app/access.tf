# With this role ECS pulls the image, writes the log and reads the settings: this client's and no other's. AWS's own
# policy for it would let it write to every log group and pull from every repository.
resource "aws_iam_role" "execution" {
  name                 = "client-${var.name}-app-execution"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Lets ECS start the app of ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
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

locals {
  pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

  execution_statements = concat(
    [
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/clients/${var.name}/app:*"]
      },
      {
        Sid      = "Settings"
        Effect   = "Allow"
        Action   = ["ssm:GetParameters"]
        Resource = ["arn:${local.partition}:ssm:${var.region}:${local.account}:parameter${local.parameters}/*"]
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [var.kms_key_arn]
      },
    ],
    [for arn in length(var.secret_fields) == 0 ? [] : [var.secret_arn] : {
      Sid      = "Secret"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [arn]
    }],
    [for arns in length(var.image_repository_arns) == 0 ? [] : [sort(var.image_repository_arns)] : {
      Sid      = "Image"
      Effect   = "Allow"
      Action   = local.pull
      Resource = arns
    }],
    # GuardDuty sets its agent beside the app, and ECS pulls that image with this role. It lies in a repository of
    # AWS, whose account is another one in each region.
    [for arn in var.guardduty_agent ? ["arn:${local.partition}:ecr:${var.region}:*:repository/aws-guardduty-agent-fargate"] : [] : {
      Sid      = "GuardDutyAgent"
      Effect   = "Allow"
      Action   = local.pull
      Resource = [arn]
    }],
    # AWS knows no resource for this one: the token opens what the statements above name.
    [for token in length(var.image_repository_arns) > 0 || var.guardduty_agent ? ["*"] : [] : {
      Sid      = "Registry"
      Effect   = "Allow"
      Action   = ["ecr:GetAuthorizationToken"]
      Resource = [token]
    }],
  )
}

resource "aws_iam_role_policy" "execution" {
  name = "own-settings"
  role = aws_iam_role.execution.id

  policy = jsonencode({ Version = "2012-10-17", Statement = local.execution_statements })
}

# Who reaches the service. What the service itself reaches, the group of everything of this client says.
resource "aws_security_group" "this" {
  name        = "client-${var.name}-app"
  description = "The app of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "client-${var.name}-app" }
}

resource "aws_vpc_security_group_ingress_rule" "service" {
  for_each = var.allowed_cidrs

  security_group_id = aws_security_group.this.id
  description       = "To the service"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = local.open_port
  to_port           = local.open_port
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  count = local.balanced ? 1 : 0

  security_group_id            = aws_security_group.this.id
  description                  = "From the load balancer"
  referenced_security_group_id = var.load_balancer_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = local.open_port
  to_port                      = local.open_port
}
