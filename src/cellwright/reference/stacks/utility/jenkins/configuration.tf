# The image holds the settings as code; where they differ from one Jenkins to another, they name these variables.
# There is no secret among them, so a plan shows what changes, and a change starts the controller anew.
locals {
  settings_files = ["jenkins.yaml", var.sign_in == null ? "local-users.yaml" : "single-sign-on.yaml"]

  settings = merge({
    CASC_JENKINS_CONFIG = join(",", [for file in local.settings_files : "/usr/share/jenkins/cellwright/${file}"])
    JAVA_OPTS           = "-Djenkins.install.runSetupWizard=false -XX:MaxRAMPercentage=70"

    JENKINS_ADDRESS      = "${local.address}/"
    AGENT_REGION         = var.region
    AGENT_CLUSTER        = var.cluster_arn
    AGENT_ADDRESS        = local.inner_url
    AGENT_TUNNEL         = "${local.inner_host}:50000"
    AGENT_TASK           = local.agent_family
    CHECK_TASK           = local.check_family
    AGENT_SUBNETS        = join(",", var.subnet_ids)
    AGENT_SECURITY_GROUP = aws_security_group.agents.id
    AGENTS               = tostring(var.agents)
    FLEET_REPOSITORY     = var.fleet_repository
    FLEET_BRANCH         = var.fleet_branch
    FLEET_LIBRARY        = var.library_path
    APPROVERS            = join(",", var.groups.approvers)
    ADMINISTRATORS       = var.groups.administrators
    OPERATORS            = var.groups.operators
    VIEWERS              = var.groups.viewers
    TOKEN_AUDIENCE       = var.token_audience
    }, var.sign_in == null ? {} : {
    SIGN_IN_PROVIDER  = var.sign_in.well_known_url
    SIGN_IN_CLIENT_ID = var.sign_in.client_id
    SIGN_IN_NAME      = var.sign_in.name_claim
    SIGN_IN_GROUPS    = var.sign_in.groups_claim
  })

  secrets = merge({
    GIT_USERNAME = "${aws_secretsmanager_secret.git.arn}:username::"
    GIT_PASSWORD = "${aws_secretsmanager_secret.git.arn}:password::"
    }, var.sign_in == null ? {
    ADMIN_PASSWORD = aws_secretsmanager_secret.admin[0].arn
    } : {
    SIGN_IN_SECRET = aws_secretsmanager_secret.sign_in[0].arn
  })
}

# The password of the one local user, where people don't sign in elsewhere. Whoever sets Jenkins up puts it there, as
# with the git server's token below: Terraform sees neither.
resource "aws_secretsmanager_secret" "admin" {
  #checkov:skip=CKV2_AWS_57:whoever sets Jenkins up makes it and renews it; single sign-on needs none
  count = var.sign_in == null ? 1 : 0

  name        = "/utility/${var.name}/jenkins/admin-password"
  description = "The password of Jenkins' user admin in ${var.name}"
  kms_key_id  = aws_kms_key.this.arn
}

# Put there by whoever runs the git server; Terraform never sees it.
resource "aws_secretsmanager_secret" "git" {
  #checkov:skip=CKV2_AWS_57:whoever runs the git server renews the token
  name        = "/utility/${var.name}/jenkins/git"
  description = "Who reads the fleet's repository: {\"username\": ..., \"password\": a token}"
  kms_key_id  = aws_kms_key.this.arn
}

# The client secret of the sign-in; put there by whoever runs the provider.
resource "aws_secretsmanager_secret" "sign_in" {
  #checkov:skip=CKV2_AWS_57:whoever runs the provider of sign-ins renews it
  count = var.sign_in == null ? 0 : 1

  name        = "/utility/${var.name}/jenkins/sign-in"
  description = "With what Jenkins in ${var.name} shows its provider of sign-ins who it is"
  kms_key_id  = aws_kms_key.this.arn
}
