locals {
  # Jenkins reads a file, ECS hands over a variable: a first container turns the one into the other.
  write_files = <<-EOT
    set -eu
    printf '%s' "$CONFIGURATION" > /configuration/jenkins.yaml
    chmod 1777 /scratch
  EOT

  fetch_plugins = length(var.plugins) == 0 ? "" : "jenkins-plugin-cli --plugin-download-directory /var/jenkins_home/plugins --plugins ${join(" ", var.plugins)} && "

  logging = { for kind in ["controller", "agent"] : kind => {
    logDriver = "awslogs"
    options = {
      awslogs-group         = local.log_group
      awslogs-region        = var.region
      awslogs-stream-prefix = kind
      mode                  = "blocking" # a line that can't be sent waits, rather than being dropped
    }
  } }
}

resource "aws_ecs_task_definition" "controller" {
  family                   = local.full_name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.controller.arn

  # These two live as long as the task does.
  volume {
    name = "configuration"
  }

  volume {
    name = "scratch"
  }

  volume {
    name = "home"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.home.id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.home.id
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
      user                   = "0"
      entryPoint             = ["sh", "-c"]
      command                = [local.write_files]
      secrets                = [{ name = "CONFIGURATION", valueFrom = aws_ssm_parameter.configuration.arn }]
      logConfiguration       = local.logging.controller

      # A changed configuration makes another task, so that the controller starts anew with it.
      dockerLabels = { configuration = sha256(local.configuration) }

      mountPoints = [
        { sourceVolume = "configuration", containerPath = "/configuration", readOnly = false },
        { sourceVolume = "scratch", containerPath = "/scratch", readOnly = false },
      ]
    },
    {
      name                   = "controller"
      image                  = var.image
      essential              = true
      readonlyRootFilesystem = true
      user                   = "1000:1000"
      entryPoint             = ["sh", "-c"]
      command                = ["${local.fetch_plugins}exec /usr/local/bin/jenkins.sh"]
      dependsOn              = [{ containerName = "files", condition = "SUCCESS" }]
      stopTimeout            = 120
      logConfiguration       = local.logging.controller

      environment = [
        { name = "CASC_JENKINS_CONFIG", value = "/configuration/jenkins.yaml" },
        { name = "JAVA_OPTS", value = "-Djenkins.install.runSetupWizard=false -XX:MaxRAMPercentage=70" },
      ]

      secrets = [
        { name = "ADMIN_PASSWORD", valueFrom = aws_secretsmanager_secret.admin.arn },
        { name = "GIT_USERNAME", valueFrom = "${aws_secretsmanager_secret.git.arn}:username::" },
        { name = "GIT_PASSWORD", valueFrom = "${aws_secretsmanager_secret.git.arn}:password::" },
      ]

      portMappings = [
        { containerPort = 8080, hostPort = 8080, protocol = "tcp" },
        { containerPort = 50000, hostPort = 50000, protocol = "tcp" },
      ]

      mountPoints = [
        { sourceVolume = "configuration", containerPath = "/configuration", readOnly = true },
        { sourceVolume = "scratch", containerPath = "/tmp", readOnly = false },
        { sourceVolume = "home", containerPath = "/var/jenkins_home", readOnly = false },
      ]

      healthCheck = {
        command     = ["CMD-SHELL", "curl --silent --fail --output /dev/null http://$(hostname -i):8080/login"]
        interval    = 30
        timeout     = 10
        retries     = 5
        startPeriod = 300
      }
    },
  ])
}

resource "aws_ecs_task_definition" "agent" {
  family                   = local.agent_family
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.agent_size.cpu
  memory                   = var.agent_size.memory
  execution_role_arn       = var.agent_execution_role_arn
  task_role_arn            = aws_iam_role.agent.arn

  container_definitions = jsonencode([{
    name             = "agent"
    image            = var.agent_image
    essential        = true
    logConfiguration = local.logging.agent
  }])
}
