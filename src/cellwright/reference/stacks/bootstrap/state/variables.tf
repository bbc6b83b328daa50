variable "name" {
  description = "What names the key's alias: the fleet's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region in which states lie."
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

variable "bucket" {
  description = "The bucket's name, which nobody else in all of AWS may have."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "A bucket's name has 3 to 63 lower-case letters, digits and inner hyphens; dots break its certificate."
  }
}

variable "user_arns" {
  description = "Roles of other accounts that may read and write states: a pipeline that doesn't live in this account. Those of this account get it by their own policies."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.user_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "Each is the ARN of a role: arn:aws:iam::123456789012:role/pipeline."
  }
}

variable "organization_id" {
  description = "The organisation, to which everybody who uses the bucket has to belong, whatever other policies say; null: no such rule."
  type        = string
  default     = null

  validation {
    condition     = var.organization_id == null ? true : can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "An organisation's id is written like o-a1b2c3d4e5."
  }
}

variable "old_version_days" {
  description = "For how many days former versions of states are kept; null: for ever."
  type        = number
  default     = 2192

  validation {
    condition     = var.old_version_days == null ? true : var.old_version_days >= 30
    error_message = "At least 30 days: a state's former versions are its backup."
  }
}

variable "access_log_bucket" {
  description = "A bucket of this account and region that takes a record of each access; null: none. CloudTrail's data events are the other way."
  type        = string
  default     = null
}

variable "key_deletion_days" {
  description = "How long the key can be got back after it was scheduled for deletion."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS takes 7 to 30 days."
  }
}
