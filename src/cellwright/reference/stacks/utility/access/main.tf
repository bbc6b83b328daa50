data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  full_name    = "${var.name}-access"
  log_group    = "/access/${var.name}"
  arn_tail     = "${var.region}:${local.account}"
  cluster_name = split("/", var.cluster_arn)[1]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = local.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_key_arn
}

# A host that does nothing. People come to it through AWS Systems Manager, which it asks for work over TLS; nothing can
# ask the host: its security group lets nobody in.
resource "aws_ecs_task_definition" "this" {
  #checkov:skip=CKV_AWS_336:the agent of Systems Manager, which ECS adds, writes to the root file system
  family                   = local.full_name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.this.arn

  container_definitions = jsonencode([{
    name      = "host"
    image     = var.image
    essential = true

    # The agent of Systems Manager, which ECS adds, writes to the root file system.
    readonlyRootFilesystem = false
    entryPoint             = ["sleep"]
    command                = ["infinity"]

    # What people leave running is cleared away.
    linuxParameters = { initProcessEnabled = true }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = local.log_group
        awslogs-region        = var.region
        awslogs-stream-prefix = "host"
        mode                  = "blocking" # a line that can't be sent waits, rather than being dropped
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  name            = local.full_name
  cluster         = var.cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.replicas
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  enable_execute_command = true

  network_configuration {
    subnets         = var.subnet_ids
    security_groups = [aws_security_group.this.id]
  }

  # People start a host when they need one, and stop it; that is no drift.
  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_security_group" "this" {
  name        = local.full_name
  description = "The way into ${var.name}: nothing comes in"
  vpc_id      = var.vpc_id

  tags = { Name = local.full_name }
}

resource "aws_vpc_security_group_egress_rule" "inside" {
  for_each = { for pair in setproduct(var.allowed_cidrs, var.ports) : "${pair[0]} ${pair[1]}" => { block = pair[0], port = pair[1] } }

  security_group_id = aws_security_group.this.id
  description       = "Sessions"
  cidr_ipv4         = each.value.block
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "tls" {
  security_group_id = aws_security_group.this.id
  description       = "TLS to AWS and to the image's registry"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
