# For what the cell itself runs on the cluster. It pulls images and writes logs, and reads no secret: who has one,
# client or tool, brings an execution role of its own.
resource "aws_iam_role" "execution" {
  name                 = "${var.name}-ecs-execution"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Lets ECS start shared tasks of ${var.name}"
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

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}
