variable "name" {
  description = "The cell's name; names what this stack makes."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of this cell."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(?:-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like us-east-1."
  }
}

variable "role_arn" {
  description = "The role in the account that Terraform takes; null: the credentials as they are."
  type        = string
  default     = null

  validation {
    condition     = var.role_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.role_arn))
    error_message = "A role's ARN is written like arn:aws:iam::123456789012:role/deployer."
  }
}

variable "tags" {
  description = "Tags for every resource: who it belongs to, and what manages it."
  type        = map(string)

  validation {
    condition = alltrue([
      for key in ["Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"] : contains(keys(var.tags), key)
    ])
    error_message = "The tags Client, Cell, Fleet, Level, Stack and ManagedBy have to be there."
  }
}

variable "excluded_account_ids" {
  description = "Accounts that the conformance pack leaves out, such as those without a recorder."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.excluded_account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "An account's number has twelve digits."
  }
}

variable "conformance_rules" {
  description = "The rules of AWS that Config judges every account by, by a name of ours: their identifiers and parameters. Empty: no conformance pack."
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
    condition     = alltrue([for name, rule in var.conformance_rules : can(regex("^[a-z0-9-]{1,64}$", name)) && can(regex("^[A-Z0-9_]+$", rule.identifier))])
    error_message = "A rule's name has lower-case letters, digits and hyphens; its identifier is written like S3_BUCKET_VERSIONING_ENABLED."
  }
}
