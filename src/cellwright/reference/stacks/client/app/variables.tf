variable "name" {
  description = "The client's name; names its service and all that belongs to it."
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

variable "image" {
  description = "The container image, with its tag or digest."
  type        = string

  validation {
    condition     = can(regex("[:@]", var.image))
    error_message = "Name a version: repository:tag or repository@digest."
  }
}

variable "replicas" {
  description = "How many copies of the service run."
  type        = number
  default     = 2

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 100 && floor(var.replicas) == var.replicas
    error_message = "A whole number from 0 to 100."
  }
}

variable "size" {
  description = "CPU units (1024 are one processor) and memory in MiB of one copy; Fargate takes certain pairs only."
  type = object({
    cpu    = number
    memory = number
  })
  default = { cpu = 256, memory = 512 }

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.size.cpu) && var.size.memory >= 2 * var.size.cpu && var.size.memory <= 8 * var.size.cpu
    error_message = "The processor has 256, 512, 1024, 2048 or 4096 units, and memory two to eight times as many MiB."
  }
}

variable "port" {
  description = "The port on which the service listens."
  type        = number
  default     = 8080

  validation {
    condition     = var.port >= 1024 && var.port <= 65535
    error_message = "A port from 1024 to 65535: the service does not run as root."
  }
}

variable "settings" {
  description = "What the service finds in its environment; kept as encrypted parameters."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.settings) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "A setting is named as an environment variable is: LOG_LEVEL."
  }
}

variable "allowed_cidrs" {
  description = "From where the service may be reached, as IPv4 address blocks."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.allowed_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")])
    error_message = "Address blocks such as 10.16.0.0/16; the whole internet is none."
  }
}

variable "encrypt_logs" {
  description = "Whether logs are encrypted with the client's own key rather than one of CloudWatch's."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "How long the client's logs are kept, in days."
  type        = number
  default     = 2192

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}

variable "kms_key_arn" {
  description = "The client's key."
  type        = string
}

variable "service_role_arn" {
  description = "The role that says what the service may do."
  type        = string
}

variable "cluster_arn" {
  description = "The ECS cluster in which the service runs."
  type        = string
}

variable "namespace_id" {
  description = "The Cloud Map namespace in which the service registers."
  type        = string
}

variable "vpc_id" {
  description = "The VPC in which the service runs."
  type        = string
}

variable "subnet_ids" {
  description = "The private subnets in which copies of the service run."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "At least one subnet."
  }
}
