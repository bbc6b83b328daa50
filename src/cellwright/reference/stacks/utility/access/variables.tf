variable "name" {
  description = "The cell's name; names the host and all that belongs to it."
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

variable "boundary_arn" {
  description = "The permissions boundary that every role of this stack carries; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.boundary_arn))
    error_message = "A policy's ARN is written like arn:aws:iam::111122223333:policy/boundary."
  }
}

variable "image" {
  description = "What the host runs, with its tag or digest; best a copy in a registry of your own. It brings the programs that people need in there: sh, psql."
  type        = string
  default     = "public.ecr.aws/docker/library/postgres:17.5-alpine"

  validation {
    condition     = can(regex("[:@]", var.image)) && !endswith(var.image, ":latest")
    error_message = "Name a version: repository:tag or repository@digest."
  }
}

variable "replicas" {
  description = "How many hosts run when nobody asked for one; people start one and stop it again (see the README)."
  type        = number
  default     = 0

  validation {
    condition     = contains([0, 1, 2], var.replicas)
    error_message = "None, one or two."
  }
}

variable "log_retention_days" {
  description = "How long the host's own log is kept, in days; what people typed is in `command_log_group`."
  type        = number
  default     = 2192

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}

variable "log_key_arn" {
  description = "The key that encrypts the host's own log, as base/account has one; null: one of CloudWatch's."
  type        = string
  default     = null

  validation {
    condition     = var.log_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:", var.log_key_arn))
    error_message = "A key's ARN is written like arn:aws:kms:us-east-1:123456789012:key/..."
  }
}

variable "command_log_group" {
  description = "The group in which the cluster records what people type in sessions."
  type        = string
}

variable "command_key_arn" {
  description = "The cluster's key, by which sessions and their record are encrypted; null: it has none."
  type        = string
  default     = null

  validation {
    condition     = var.command_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:", var.command_key_arn))
    error_message = "A key's ARN is written like arn:aws:kms:us-east-1:123456789012:key/..."
  }
}
