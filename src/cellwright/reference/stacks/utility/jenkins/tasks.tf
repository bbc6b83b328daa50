locals {
  # The load balancer speaks TLS with the controller, which makes its key at each start: load balancers check no names.
  # Agents ask on 8080 where to connect, and then speak TLS with it, by the key of Jenkins itself.
  make_key = <<-EOT
    set -eu
    umask 077
    head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' > /tls/password
    keytool -genkeypair -alias jenkins -keyalg RSA -keysize 3072 -validity 825 -dname "CN=${local.inner_host}" \
      -storetype PKCS12 -keystore /tls/key.p12 -storepass:file /tls/password
    chown -R 1000:1000 /tls
    chmod 1777 /scratch
  EOT

  start = <<-EOT
    set -eu
    JENKINS_OPTS="--httpPort=8080 --httpsPort=8443 --httpsKeyStore=/tls/key.p12 --httpsKeyStorePassword=$(cat /tls/password)"
    export JENKINS_OPTS
    exec /usr/local/bin/jenkins.sh
  EOT

  # Blocking: a line that the driver can't pass on stops the process rather than being lost, as these are evidence.
  logging = { for kind in ["controller", "agent", "check"] : kind => {
    logDriver = "awslogs"
    options = {
      awslogs-group         = local.log_group
      awslogs-region        = var.region
      awslogs-stream-prefix = kind
      mode                  = "blocking"
    }
  } }

  # By the task's name: what an agent is told, and which role it has. Whoever may open a pull request decides what runs
  # in a check, so that one has no right to change anything and no secret of those that do.
  agents = {
    agent = {
      family      = local.agent_family
      role        = aws_iam_role.agent.arn
      execution   = aws_iam_role.agent_execution["agent"].arn
      environment = var.agent_environment
      secrets     = var.agent_secrets
    }
    check = {
      family      = local.check_family
      role        = aws_iam_role.check.arn
      execution   = aws_iam_role.agent_execution["check"].arn
      environment = var.check_environment
      secrets     = var.check_secrets
    }
  }
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
    name = "tls"
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
      name                   = "key"
      image                  = var.image
      essential              = false
      readonlyRootFilesystem = true
      user                   = "0"
      entryPoint             = ["sh", "-c"]
      command                = [local.make_key]
      logConfiguration       = local.logging.controller

      mountPoints = [
        { sourceVolume = "tls", containerPath = "/tls", readOnly = false },
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
      command                = [local.start]
      dependsOn              = [{ containerName = "key", condition = "SUCCESS" }]
      stopTimeout            = 120
      logConfiguration       = local.logging.controller

      environment = [for name in sort(keys(local.settings)) : { name = name, value = local.settings[name] }]
      secrets     = [for name in sort(keys(local.secrets)) : { name = name, valueFrom = local.secrets[name] }]

      portMappings = [for port in [8080, 8443, 50000] : { containerPort = port, hostPort = port, protocol = "tcp" }]

      mountPoints = [
        { sourceVolume = "tls", containerPath = "/tls", readOnly = true },
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
  for_each = local.agents

  family                   = each.value.family
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.agent_size.cpu
  memory                   = var.agent_size.memory
  execution_role_arn       = each.value.execution
  task_role_arn            = each.value.role

  # All that an agent writes lives as long as the task does.
  volume {
    name = "home"
  }

  volume {
    name = "scratch"
  }

  container_definitions = jsonencode([{
    name                   = "agent"
    image                  = var.agent_image
    essential              = true
    readonlyRootFilesystem = true
    user                   = "1000:1000"
    logConfiguration       = local.logging[each.key]
    environment            = [for name in sort(keys(each.value.environment)) : { name = name, value = each.value.environment[name] }]
    secrets                = [for name in sort(keys(each.value.secrets)) : { name = name, valueFrom = each.value.secrets[name] }]

    mountPoints = [
      { sourceVolume = "home", containerPath = "/home/jenkins", readOnly = false },
      { sourceVolume = "scratch", containerPath = "/tmp", readOnly = false },
    ]
  }])
}
