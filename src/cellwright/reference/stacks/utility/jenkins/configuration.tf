locals {
  configuration = templatefile("${path.module}/jenkins.yaml.tftpl", {
    agent_family   = local.agent_family
    agents         = var.agents
    branch         = var.fleet_branch
    cluster_arn    = var.cluster_arn
    inner_host     = local.inner_host
    inner_url      = local.inner_url
    pipeline_file  = var.pipeline_file
    region         = var.region
    repository     = var.fleet_repository
    security_group = aws_security_group.agents.id
    subnets        = join(",", var.subnet_ids)
    url            = "${local.address}/"
  })
}

# It is no SecureString: there is no secret in it, and this way a plan shows what changes.
resource "aws_ssm_parameter" "configuration" {
  name           = "/utility/${var.name}/jenkins/configuration"
  description    = "Jenkins' configuration as code"
  type           = "String"
  tier           = "Advanced"
  insecure_value = local.configuration
}

# AWS makes the password, and Terraform hands it over without keeping it: it is in no plan and in no state.
ephemeral "aws_secretsmanager_random_password" "admin" {
  password_length     = 32
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "admin" {
  name        = "/utility/${var.name}/jenkins/admin-password"
  description = "The password of Jenkins' user admin in ${var.name}"
  kms_key_id  = aws_kms_key.this.arn
}

resource "aws_secretsmanager_secret_version" "admin" {
  secret_id                = aws_secretsmanager_secret.admin.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.admin.random_password
  secret_string_wo_version = var.password_version
}

# Put there by whoever runs the git server; Terraform never sees it.
resource "aws_secretsmanager_secret" "git" {
  name        = "/utility/${var.name}/jenkins/git"
  description = "Who reads the fleet's repository: {\"username\": ..., \"password\": a token}"
  kms_key_id  = aws_kms_key.this.arn
}
