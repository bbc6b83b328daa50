# A database becomes usable by one task: it makes the extensions, the services' user and their schema. The task runs
# once, and again when what it does has changed; an apply fails if it fails.
locals {
  set_up       = var.setup != null
  setup_family = "${local.identifier}-database-setup"
  runner_name  = "${local.identifier}-database-runner"
  cluster_arn  = try(var.setup.cluster_arn, "")

  setup_environment = {
    AUTHORITIES       = "https://truststore.pki.rds.amazonaws.com/${var.region}/${var.region}-bundle.pem"
    EXTENSIONS        = join(",", sort(var.extensions))
    PGCONNECT_TIMEOUT = "30"
    PGDATABASE        = var.database
    PGHOST            = aws_db_instance.this.address
    PGPORT            = tostring(aws_db_instance.this.port)
    PGSSLMODE         = "verify-full"
    PGSSLROOTCERT     = "/dev/shm/authorities.pem"
    SCHEMA            = coalesce(var.schema, var.service_user)
    SERVICE_USER      = var.service_user
    STATEMENTS        = file("${path.module}/setup/setup.sql")
  }
}

resource "aws_cloudwatch_log_group" "setup" {
  count = local.set_up ? 1 : 0

  name              = "/clients/${var.name}/database-setup"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encrypt_logs ? var.kms_key_arn : null
}

resource "aws_ecs_task_definition" "setup" {
  count = local.set_up ? 1 : 0

  family                   = local.setup_family
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.setup[0].arn

  container_definitions = jsonencode([{
    name                   = "setup"
    image                  = var.setup.image
    essential              = true
    readonlyRootFilesystem = true
    user                   = "70:70"
    entryPoint             = ["sh", "-c"]
    command                = [file("${path.module}/setup/setup.sh")]
    environment            = [for name, value in local.setup_environment : { name = name, value = value }]

    # ECS hands them over when the task starts; they are in no definition and in no state.
    secrets = [
      { name = "PGUSER", valueFrom = "${aws_db_instance.this.master_user_secret[0].secret_arn}:username::" },
      { name = "PGPASSWORD", valueFrom = "${aws_db_instance.this.master_user_secret[0].secret_arn}:password::" },
    ]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.setup[0].name
        awslogs-region        = var.region
        awslogs-stream-prefix = "psql"
        mode                  = "blocking"
      }
    }
  }])
}

# The function is made from its text by CloudFormation, which needs no archive; Terraform would want a file made
# beforehand, or another provider to make it.
resource "aws_cloudformation_stack" "runner" {
  #checkov:skip=CKV_AWS_124:Terraform alone makes and changes it, waits for it and says how it ended
  count = local.set_up ? 1 : 0

  name = local.runner_name

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "Runs the task that sets up the database of ${var.name}"
    Resources = {
      Function = {
        Type = "AWS::Lambda::Function"
        Properties = {
          FunctionName  = local.runner_name
          Description   = "Runs the task that sets up the database of ${var.name}"
          Handler       = "index.handler"
          Runtime       = "python3.12"
          Architectures = ["arm64"]
          Timeout       = 840
          MemorySize    = 256
          Role          = aws_iam_role.runner[0].arn
          KmsKeyArn     = var.kms_key_arn
          LoggingConfig = { LogGroup = aws_cloudwatch_log_group.setup[0].name }
          Code          = { ZipFile = file("${path.module}/setup/runner.py") }
        }
      }
    }
  })

  depends_on = [aws_iam_role_policy.runner]
}

resource "aws_lambda_invocation" "setup" {
  count = local.set_up ? 1 : 0

  function_name = local.runner_name

  # Another input is another call: a changed statement, extension or user makes another definition of the task, and a
  # database that was made anew has another id.
  input = jsonencode({
    cluster         = local.cluster_arn
    database        = aws_db_instance.this.resource_id
    log_group       = aws_cloudwatch_log_group.setup[0].name
    security_groups = [var.client_security_group_id]
    subnets         = var.setup.subnet_ids
    task_definition = aws_ecs_task_definition.setup[0].arn
  })

  depends_on = [
    aws_cloudformation_stack.runner,
    aws_iam_role_policy.setup,
    aws_vpc_security_group_ingress_rule.members,
    aws_vpc_security_group_egress_rule.members,
  ]
}
