variable "config_rules" {
  description = "The rules of AWS that Config judges by, by a name of ours: their identifiers and parameters."
  type = map(object({
    identifier = string
    parameters = optional(map(string), {})
  }))
  default = {
    bucket-encrypted           = { identifier = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED" }
    bucket-not-readable-by-all = { identifier = "S3_BUCKET_PUBLIC_READ_PROHIBITED" }
    bucket-not-writable-by-all = { identifier = "S3_BUCKET_PUBLIC_WRITE_PROHIBITED" }
    bucket-tls-only            = { identifier = "S3_BUCKET_SSL_REQUESTS_ONLY" }
    bucket-versioned           = { identifier = "S3_BUCKET_VERSIONING_ENABLED" }
    cloudtrail-enabled         = { identifier = "CLOUD_TRAIL_ENABLED" }
    cloudtrail-encrypted       = { identifier = "CLOUD_TRAIL_ENCRYPTION_ENABLED" }
    database-backed-up         = { identifier = "DB_INSTANCE_BACKUP_ENABLED" }
    database-encrypted         = { identifier = "RDS_STORAGE_ENCRYPTED" }
    database-not-public        = { identifier = "RDS_INSTANCE_PUBLIC_ACCESS_CHECK" }
    default-group-closed       = { identifier = "VPC_DEFAULT_SECURITY_GROUP_CLOSED" }
    flow-logs-on               = { identifier = "VPC_FLOW_LOGS_ENABLED" }
    guardduty-on               = { identifier = "GUARDDUTY_ENABLED_CENTRALIZED" }
    key-rotated                = { identifier = "CMK_BACKING_KEY_ROTATION_ENABLED" }
    no-open-ssh                = { identifier = "INCOMING_SSH_DISABLED" }
    root-has-mfa               = { identifier = "ROOT_ACCOUNT_MFA_ENABLED" }
    root-without-keys          = { identifier = "IAM_ROOT_ACCESS_KEY_CHECK" }
    trail-validated            = { identifier = "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED" }
    users-have-mfa             = { identifier = "IAM_USER_MFA_ENABLED" }
    volumes-encrypted          = { identifier = "ENCRYPTED_VOLUMES" }
  }

  validation {
    condition     = alltrue([for name, rule in var.config_rules : can(regex("^[a-z0-9-]{1,64}$", name)) && can(regex("^[A-Z0-9_]+$", rule.identifier))])
    error_message = "A rule's name has lower-case letters, digits and hyphens; its identifier is written like S3_BUCKET_VERSIONING_ENABLED."
  }
}
