variable "name" {
  description = "The client's name; names its monitors, objective and dashboard."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "tags" {
  description = "Who this belongs to, and what manages it; every monitor and the objective carry it."
  type        = map(string)

  validation {
    condition = alltrue([
      for key in ["Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"] : contains(keys(var.tags), key)
    ])
    error_message = "The tags Client, Cell, Fleet, Level, Stack and ManagedBy have to be there."
  }
}

variable "account_id" {
  description = "The AWS account in which the client lives; other accounts' metrics do not count."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account has twelve digits."
  }
}

variable "cluster_name" {
  description = "The ECS cluster in which the client's app runs."
  type        = string
}

variable "service_name" {
  description = "The app's service in that cluster."
  type        = string
}

variable "target_group_arn" {
  description = "The target group through which a load balancer reaches the app; null: there is none to watch."
  type        = string
  default     = null

  validation {
    condition     = var.target_group_arn == null ? true : can(regex("^arn:aws[a-z-]*:elasticloadbalancing:[^:]+:[0-9]{12}:targetgroup/[^/]+/[0-9a-f]+$", var.target_group_arn))
    error_message = "A target group's ARN is written like arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/name/0123456789abcdef."
  }
}

variable "database_endpoint" {
  description = "The name under which the client's RDS instance is reached; null: there is none to watch."
  type        = string
  default     = null

  validation {
    condition     = var.database_endpoint == null ? true : can(regex("^[a-z][a-z0-9-]*\\.[^:/]+$", var.database_endpoint))
    error_message = "An endpoint is a name without a port, such as client-acme.abcdefghijkl.us-east-1.rds.amazonaws.com."
  }
}

variable "notify" {
  description = "Who is told, as Datadog writes it: @pagerduty-clinic, @slack-account-channel, @ada@example.com."
  type        = set(string)

  validation {
    condition     = length(var.notify) >= 1 && alltrue([for handle in var.notify : can(regex("^@[^\\s]+$", handle))])
    error_message = "At least one, each starting with @: an alert that nobody gets is none."
  }
}

variable "priority" {
  description = "How urgent an alert is, from 1 (most) to 5."
  type        = number
  default     = 2

  validation {
    condition     = contains([1, 2, 3, 4, 5], var.priority)
    error_message = "A whole number from 1 to 5."
  }
}

variable "renotify_minutes" {
  description = "After how many minutes an alert that goes on is sent again; 0: never."
  type        = number
  default     = 60

  validation {
    condition     = var.renotify_minutes >= 0 && floor(var.renotify_minutes) == var.renotify_minutes
    error_message = "A whole number of minutes, or 0."
  }
}

variable "limits" {
  description = "From where on there is an alert: percent of processor and memory, answers 5xx in 15 minutes, seconds of an answer, GiB of free storage."
  type = object({
    app_cpu          = optional(number, 85)
    app_memory       = optional(number, 85)
    server_errors    = optional(number, 25)
    response_seconds = optional(number, 2)
    database_cpu     = optional(number, 85)
    free_storage_gib = optional(number, 10)
  })
  default = {}

  validation {
    condition     = alltrue([for percent in [var.limits.app_cpu, var.limits.app_memory, var.limits.database_cpu] : percent > 0 && percent <= 100])
    error_message = "Processor and memory are percentages, above 0 and up to 100."
  }

  validation {
    condition     = var.limits.server_errors > 0 && var.limits.response_seconds > 0 && var.limits.free_storage_gib > 0
    error_message = "A limit is above 0."
  }
}

variable "objective" {
  description = "For how many percent of the time all copies of the app run, and below what it gets tight."
  type = object({
    target  = optional(number, 99.9)
    warning = optional(number, 99.95)
  })
  default = {}

  validation {
    condition     = var.objective.target > 0 && var.objective.target < var.objective.warning && var.objective.warning < 100
    error_message = "The target is above 0, the warning above the target and below 100."
  }
}
