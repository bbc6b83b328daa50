variable "name" {
  description = "The client's name; names its bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region in which everything of this stack lives."
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

variable "kms_key_arn" {
  description = "The client's key."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "A key's ARN is written like arn:aws:kms:us-east-1:123456789012:key/..."
  }
}

variable "service_role_name" {
  description = "The role of the client's services, which gets rights on what this stack makes; null: it gets none."
  type        = string
  default     = null
}

variable "old_version_days" {
  description = "After how many days replaced or deleted objects are removed for good; null keeps them for ever."
  type        = number
  default     = 365

  validation {
    condition     = var.old_version_days == null ? true : var.old_version_days >= 1 && floor(var.old_version_days) == var.old_version_days
    error_message = "A whole number of days, at least one, or null."
  }
}

variable "object_lock" {
  description = "For how many days no version can be removed: by nobody (COMPLIANCE), or only by who may override it (GOVERNANCE); null: no lock. Once on, AWS never switches it off."
  type = object({
    mode = string
    days = number
  })
  default = null

  validation {
    condition     = var.object_lock == null ? true : contains(["GOVERNANCE", "COMPLIANCE"], var.object_lock.mode) && var.object_lock.days >= 1
    error_message = "The mode is GOVERNANCE or COMPLIANCE, for at least one day."
  }
}

variable "access_log_bucket" {
  description = "The account's bucket in which requests to this one are recorded; null: they aren't."
  type        = string
  default     = null
}
