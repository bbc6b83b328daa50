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

variable "fleet" {
  description = "The fleet's name; keeps bucket names apart from other fleets', since they are shared by all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?$", var.fleet))
    error_message = "At most 16 lower-case letters, digits and inner hyphens."
  }
}

variable "organization_id" {
  description = "The organisation's id; `aws organizations describe-organization` shows it."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "An organisation's id is written like o-a1b2c3d4e5."
  }
}

variable "management_account_id" {
  description = "The organisation's management account, whose trail writes here."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.management_account_id))
    error_message = "An account's number has twelve digits."
  }
}

variable "trail_name" {
  description = "The name of the organisation's trail: of org/organization's cell, or Control Tower's own."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{2,127}$", var.trail_name))
    error_message = "A trail's name has 3 to 128 letters, digits, dots, hyphens and underscores."
  }
}

variable "log_retention_days" {
  description = "How long audit records are kept, in days; those in buckets can't be removed earlier."
  type        = number
  default     = 2192

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Audit records are kept for a year or longer, and CloudWatch keeps logs for certain numbers of days only: 365, 731, 2192 (six years) and others."
  }
}

variable "object_lock_mode" {
  description = "GOVERNANCE: the bucket's policy refuses to lift locks, and can be changed; COMPLIANCE: nobody can lift them, not even AWS."
  type        = string
  default     = "GOVERNANCE"

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.object_lock_mode)
    error_message = "The choice is GOVERNANCE or COMPLIANCE."
  }
}

variable "records_removable" {
  description = "Whether buckets of records are emptied when they are destroyed; to be applied before an account is closed, and never otherwise."
  type        = bool
  default     = false
}

variable "key_deletion_days" {
  description = "How long deleted keys can still be taken back, in days."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS allows 7 to 30 days."
  }
}
