# AWS makes the values, and Terraform hands them over without keeping them: they are in no plan and in no state.
ephemeral "aws_secretsmanager_random_password" "gossip" {
  password_length     = 32
  exclude_punctuation = true
}

ephemeral "aws_secretsmanager_random_password" "management" {
  password_length     = 64
  exclude_punctuation = true
}

# The key with which servers and agents encrypt what they tell each other: 32 bytes, in base64.
resource "aws_secretsmanager_secret" "gossip" {
  #checkov:skip=CKV2_AWS_57:all servers and agents have to change at once: secrets_version, in a quiet hour
  name        = "/utility/${var.name}/consul/gossip"
  description = "Consul's gossip key in ${var.name}"
  kms_key_id  = aws_kms_key.this.arn
}

resource "aws_secretsmanager_secret_version" "gossip" {
  secret_id                = aws_secretsmanager_secret.gossip.id
  secret_string_wo         = base64encode(ephemeral.aws_secretsmanager_random_password.gossip.random_password)
  secret_string_wo_version = var.secrets_version
}

# The token that may do everything, for whoever sets up the others. Consul wants it in the form of a UUID.
resource "aws_secretsmanager_secret" "management" {
  #checkov:skip=CKV2_AWS_57:Consul takes it only when it is set up; later tokens are Consul's own
  name        = "/utility/${var.name}/consul/management-token"
  description = "Consul's initial management token in ${var.name}"
  kms_key_id  = aws_kms_key.this.arn
}

resource "aws_secretsmanager_secret_version" "management" {
  secret_id                = aws_secretsmanager_secret.management.id
  secret_string_wo         = uuidv5("oid", ephemeral.aws_secretsmanager_random_password.management.random_password)
  secret_string_wo_version = var.secrets_version
}

# The certificate, its key and the authority that signed it, as one JSON object. It is put there by whoever runs the
# authority; Terraform never sees it.
resource "aws_secretsmanager_secret" "certificate" {
  #checkov:skip=CKV2_AWS_57:whoever runs the authority renews it; nothing here can sign one
  name        = "/utility/${var.name}/consul/certificate"
  description = "TLS of Consul in ${var.name}: {\"ca\": PEM, \"certificate\": PEM, \"key\": PEM} for server.${var.name}.consul and ${local.host}"
  kms_key_id  = aws_kms_key.this.arn
}
