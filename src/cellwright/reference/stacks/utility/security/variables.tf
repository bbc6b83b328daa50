variable "name" {
  description = "The cell's name; names what is made here."
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

variable "subscribers" {
  description = "Mail addresses that are told of findings, at least one: a finding that nobody hears of is none. Each has to confirm it."
  type        = set(string)

  validation {
    condition     = length(var.subscribers) >= 1
    error_message = "Somebody has to be told of findings."
  }

  validation {
    condition     = alltrue([for address in var.subscribers : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "Mail addresses such as security@example.com."
  }
}

variable "log_retention_days" {
  description = "How long the log of web requests is kept, in days."
  type        = number
  default     = 2192

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}

variable "key_deletion_days" {
  description = "How long the keys can still be taken back after they were destroyed, in days."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS waits between 7 and 30 days."
  }
}
