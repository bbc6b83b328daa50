variable "alarm_emails" {
  description = "Who hears of alarms on the organisation's trail; each address has to confirm it."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "Each is a mail address: security@example.com."
  }
}

variable "alarm_patterns" {
  description = "Further patterns of events in the trail that raise an alarm, by the alarm's name; a name of the stack's own replaces it."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, pattern in var.alarm_patterns : can(regex("^[a-z0-9-]{1,40}$", name)) && startswith(pattern, "{") && length(pattern) <= 1024])
    error_message = "A name has at most 40 lower-case letters, digits and hyphens, and a pattern is written like { $.eventName = \"DeleteVpc\" }."
  }
}

variable "record_buckets" {
  description = "Buckets of records in the accounts, besides the trail's own; a change of one raises an alarm. A * at the end stands for accounts and regions: medloop-audit-*."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.record_buckets : can(regex("^[a-z0-9][a-z0-9.-]{2,62}\\*?$", name))])
    error_message = "A bucket's name, with one * at its end at most."
  }
}

variable "trail_log_days" {
  description = "How long the trail's log group keeps what the alarms watch, in days; the log archive keeps everything for years."
  type        = number
  default     = 90

  validation {
    condition     = contains([90, 120, 150, 180, 365], var.trail_log_days)
    error_message = "The choice is 90, 120, 150, 180 or 365 days."
  }
}

variable "key_deletion_days" {
  description = "How long the key of the log group can be got back after it was scheduled for deletion."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS takes 7 to 30 days."
  }
}
