locals {
  # Every server has an address of its own, which only it knows; Vault fills in the template when it starts.
  configuration = {
    api_addr      = local.address
    cluster_addr  = "https://{{ GetPrivateIP }}:8201"
    cluster_name  = local.full_name
    ui            = true
    disable_mlock = true
    log_format    = "json"

    listener = [{
      tcp = {
        address         = "[::]:8200"
        cluster_address = "[::]:8201"
        tls_cert_file   = "/vault/config/certificate.pem"
        tls_key_file    = "/vault/config/key.pem"
        tls_min_version = "tls12"
      }
    }]

    storage = {
      dynamodb = {
        ha_enabled = "true"
        region     = var.region
        table      = local.full_name
      }
    }

    seal = {
      awskms = {
        region     = var.region
        kms_key_id = aws_kms_key.unseal.arn
      }
    }
  }

  # Vault reads files, ECS hands over variables: a first container turns the one into the other, for Vault's own user
  # alone.
  write_files = <<-EOT
    set -eu
    umask 077
    cd /vault/config
    printf '%s' "$CONFIGURATION" > vault.json
    printf '%s\n' "$CA" > ca.pem
    printf '%s\n' "$CERTIFICATE" "$CA" > certificate.pem
    printf '%s\n' "$KEY" > key.pem
    chown -R 100:1000 /vault/config
  EOT

  logging = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = local.log_group
      awslogs-region        = var.region
      awslogs-stream-prefix = "vault"
      mode                  = "blocking" # a line that can't be sent waits, rather than being dropped
    }
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

  # It lives as long as the task does.
  volume {
    name = "configuration"
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
      secrets = [
        { name = "CA", valueFrom = "${aws_secretsmanager_secret.certificate.arn}:ca::" },
        { name = "CERTIFICATE", valueFrom = "${aws_secretsmanager_secret.certificate.arn}:certificate::" },
        { name = "KEY", valueFrom = "${aws_secretsmanager_secret.certificate.arn}:key::" },
      ]
      mountPoints      = [{ sourceVolume = "configuration", containerPath = "/vault/config", readOnly = false }]
      logConfiguration = local.logging
    },
    {
      name                   = "vault"
      image                  = var.image
      essential              = true
      readonlyRootFilesystem = true
      user                   = "100:1000"
      entryPoint             = ["vault"]
      command                = ["server", "-config=/vault/config/vault.json"]
      dependsOn              = [{ containerName = "files", condition = "SUCCESS" }]
      mountPoints            = [{ sourceVolume = "configuration", containerPath = "/vault/config", readOnly = true }]
      environment = [
        { name = "VAULT_CACERT", value = "/vault/config/ca.pem" },
        { name = "VAULT_TLS_SERVER_NAME", value = local.host },
      ]

      portMappings = [
        { containerPort = 8200, hostPort = 8200, protocol = "tcp" },
        { containerPort = 8201, hostPort = 8201, protocol = "tcp" },
      ]

      # 2 says sealed, as before the first `vault operator init`; only 1 says that nobody answers.
      healthCheck = {
        command     = ["CMD-SHELL", "VAULT_ADDR=https://$(hostname -i):8200 vault status > /dev/null; test $? -ne 1"]
        interval    = 15
        timeout     = 5
        retries     = 3
        startPeriod = 30
      }

      logConfiguration = local.logging
    },
  ])
}
