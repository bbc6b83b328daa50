locals {
  logging = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = local.log_group
      awslogs-region        = var.region
      awslogs-stream-prefix = "consul"
      mode                  = "blocking" # a line that can't be sent waits, rather than being dropped
    }
  }

  secrets = {
    CA          = "${aws_secretsmanager_secret.certificate.arn}:ca::"
    CERTIFICATE = "${aws_secretsmanager_secret.certificate.arn}:certificate::"
    GOSSIP      = aws_secretsmanager_secret.gossip.arn
    KEY         = "${aws_secretsmanager_secret.certificate.arn}:key::"
    TOKEN       = aws_secretsmanager_secret.management.arn
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.full_name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.this.arn

  # These two live as long as the task does.
  volume {
    name = "configuration"
  }

  volume {
    name = "data"
  }

  volume {
    name = "snapshots"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.snapshots.id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.snapshots.id
        iam             = "ENABLED"
      }
    }
  }

  container_definitions = jsonencode([
    {
      name                   = "files"
      image                  = var.image
      essential              = false
      readonlyRootFilesystem = true
      entryPoint             = ["sh", "-c"]
      command                = [local.write_files]
      environment            = [{ name = "CONFIGURATION", value = jsonencode(local.configuration) }]
      secrets                = [for name, source in local.secrets : { name = name, valueFrom = source }]
      logConfiguration       = local.logging

      mountPoints = [
        { sourceVolume = "configuration", containerPath = "/consul/config", readOnly = false },
        { sourceVolume = "data", containerPath = "/consul/data", readOnly = false },
      ]
    },
    {
      name                   = "consul"
      image                  = var.image
      essential              = true
      readonlyRootFilesystem = true
      user                   = "100:1000"
      entryPoint             = ["consul"]
      command                = ["agent", "-config-dir=/consul/config"]
      dependsOn              = [{ containerName = "files", condition = "SUCCESS" }]
      stopTimeout            = 60
      logConfiguration       = local.logging

      portMappings = [for port in [
        { number = 8300, protocol = "tcp" },
        { number = 8301, protocol = "tcp" },
        { number = 8301, protocol = "udp" },
        { number = 8501, protocol = "tcp" },
        { number = 8503, protocol = "tcp" },
        { number = 8600, protocol = "tcp" },
        { number = 8600, protocol = "udp" },
      ] : { containerPort = port.number, hostPort = port.number, protocol = port.protocol }]

      mountPoints = [
        { sourceVolume = "configuration", containerPath = "/consul/config", readOnly = true },
        { sourceVolume = "data", containerPath = "/consul/data", readOnly = false },
      ]

      # Whether this server answers, not whether there is a leader: the first ones have to find each other.
      healthCheck = {
        command     = ["CMD-SHELL", local.ask_for_leader]
        interval    = 15
        timeout     = 5
        retries     = 3
        startPeriod = 60
      }
    },
    {
      name                   = "snapshots"
      image                  = var.image
      essential              = true
      readonlyRootFilesystem = true
      user                   = "100:1000"
      entryPoint             = ["sh", "-c"]
      command                = [local.keep_snapshots]
      secrets                = [{ name = "CONSUL_HTTP_TOKEN", valueFrom = local.secrets.TOKEN }]
      dependsOn              = [{ containerName = "files", condition = "SUCCESS" }]
      logConfiguration       = local.logging

      environment = [
        { name = "CONSUL_CACERT", value = "/consul/config/ca.pem" },
        { name = "CONSUL_TLS_SERVER_NAME", value = local.host },
      ]

      mountPoints = [
        { sourceVolume = "configuration", containerPath = "/consul/config", readOnly = true },
        { sourceVolume = "snapshots", containerPath = "/snapshots", readOnly = false },
      ]
    },
  ])
}
