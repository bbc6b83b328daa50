# What the client's services may do: use their own key and settings, and nothing of anybody else's. The stacks that
# make further things of this client (storage, database, analytics) add the rights on them, and stay beneath the
# boundary, whatever they add.
resource "aws_iam_role" "service" {
  name                 = "client-${var.name}-service"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "What the services of ${var.name} may do"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
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
}

resource "aws_iam_role_policy" "service" {
  name = "own-key-and-settings"
  role = aws_iam_role.service.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.this.arn
      },
      {
        Sid      = "Settings"
        Effect   = "Allow"
        Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        Resource = aws_secretsmanager_secret.settings.arn
      },
    ]
  })
}

# What is in this group is the client's: a database or another store lets in its members and nobody else.
resource "aws_security_group" "members" {
  #checkov:skip=CKV2_AWS_5:the client's other stacks put into it what they run
  name        = "client-${var.name}-members"
  description = "Everything that runs for ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "client-${var.name}-members" }
}

resource "aws_vpc_security_group_egress_rule" "tls" {
  security_group_id = aws_security_group.members.id
  description       = "TLS to AWS and to partners"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
