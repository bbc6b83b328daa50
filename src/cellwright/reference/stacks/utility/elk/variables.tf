variable "name" {
  description = "The cell's name; names the domain and all that belongs to it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,26}[a-z0-9]$", var.name))
    error_message = "A domain is named by 3 to 28 lower-case letters, digits and inner hyphens, and begins with a letter."
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

variable "log_groups" {
  description = "Log groups of the cell's own whose records go here, by any name; clients' stacks subscribe theirs by themselves."
  type        = map(string)
  default     = {}
}

variable "retry_seconds" {
  description = "For how long a record that the domain refuses is tried again before it is put into the bucket."
  type        = number
  default     = 3600

  validation {
    condition     = var.retry_seconds >= 0 && var.retry_seconds <= 7200
    error_message = "Firehose tries for at most 7200 seconds."
  }
}

variable "failed_days" {
  description = "How long records that could not be delivered are kept, in days; null keeps them for ever."
  type        = number
  default     = 365

  validation {
    condition     = var.failed_days == null ? true : var.failed_days >= 1 && floor(var.failed_days) == var.failed_days
    error_message = "A whole number of days, at least one, or null."
  }
}

variable "access_log_bucket" {
  description = "The account's bucket in which requests to the bucket of failed records are recorded; null: they aren't."
  type        = string
  default     = null
}

variable "index_days" {
  description = "How long records can be searched, in days; after that, CloudWatch has them."
  type        = number
  default     = 90

  validation {
    condition     = var.index_days >= 1 && floor(var.index_days) == var.index_days
    error_message = "A whole number of days, at least one."
  }
}

variable "log_retention_days" {
  description = "How long the domain's own logs, its audit log among them, are kept, in days."
  type        = number
  default     = 2192

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}

variable "key_deletion_days" {
  description = "How long the key can still be taken back after it was destroyed, in days."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS waits between 7 and 30 days."
  }
}

variable "alarm_topic_arn" {
  description = "Where alarms go, the topic of base/account; null has to be said: then there are none, and nobody is told."
  type        = string

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:", var.alarm_topic_arn))
    error_message = "A topic's ARN is written like arn:aws:sns:us-east-1:123456789012:alarms."
  }
}
