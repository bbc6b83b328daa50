variable "name" {
  description = "The cell's name; names Consul's data center and all that belongs to it."
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
  description = "Consul's image, with its tag or digest; best a copy in a registry of your own."
  type        = string
  default     = "hashicorp/consul:1.21.2"

  validation {
    condition     = can(regex("[:@]", var.image)) && !endswith(var.image, ":latest")
    error_message = "Name a version: repository:tag or repository@digest."
  }
}

variable "size" {
  description = "CPU units (1024 are one processor) and memory in MiB of one server; Fargate takes certain pairs only."
  type = object({
    cpu    = number
    memory = number
  })
  default = { cpu = 512, memory = 1024 }

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.size.cpu) && var.size.memory >= 2 * var.size.cpu && var.size.memory <= 8 * var.size.cpu
    error_message = "The processor has 256, 512, 1024, 2048 or 4096 units, and memory two to eight times as many MiB."
  }
}

variable "replicas" {
  description = "How many servers run; 0 until the certificate is in its secret. More than half of them have to be there."
  type        = number
  default     = 3

  validation {
    condition     = contains([0, 1, 3, 5], var.replicas)
    error_message = "0, 1, 3 or 5 servers: an even number is lost as easily as one less."
  }
}

variable "secrets_version" {
  description = "Counts the secrets that this stack makes: a higher number makes new ones (see the README before that)."
  type        = number
  default     = 1

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "A whole number, at least 1."
  }
}

variable "snapshot_days" {
  description = "How long the hourly snapshots of what Consul knows are kept, in days."
  type        = number
  default     = 14

  validation {
    condition     = var.snapshot_days >= 1 && floor(var.snapshot_days) == var.snapshot_days
    error_message = "A whole number of days, at least one."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept, in days."
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
