variable "log_retention_days" {
  description = "How long audit records are kept, in days; those in buckets can't be removed earlier."
  type        = number
  default     = 2192

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Audit records are kept for a year or longer, and CloudWatch keeps logs for certain numbers of days only: 365, 731, 2192 (six years) and others."
  }
}

variable "trail" {
  description = "Whether the account has a trail of its own, and alarms on it; false where the organisation's trail records it, and is watched elsewhere."
  type        = bool
  default     = true
}

variable "trail_log_days" {
  description = "How long the trail's log group keeps what the alarms watch, in days; its bucket keeps everything for log_retention_days."
  type        = number
  default     = 90

  validation {
    condition     = contains([90, 120, 150, 180, 365], var.trail_log_days)
    error_message = "The choice is 90, 120, 150, 180 or 365 days."
  }
}

variable "evidence_log_groups" {
  description = "The log groups of stacks above this one that the deployer can't delete, by patterns of names."
  type        = set(string)
  default     = ["/audit/*", "/vault/*", "/vpc/*"]

  validation {
    condition     = length(var.evidence_log_groups) > 0 && alltrue([for name in var.evidence_log_groups : can(regex("^/[A-Za-z0-9_./#*-]+$", name))])
    error_message = "A log group is named like /vault/*; at least one is."
  }
}

variable "backup_min_days" {
  description = "For how many days at least backups are kept: the deployer can lay no lock on a vault that allows less."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_min_days >= 1 && var.backup_min_days <= 365
    error_message = "Between a day and a year."
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

variable "log_lifecycle" {
  description = "Whether old audit records move to cheaper storage, and go when they have been kept long enough."
  type        = bool
  default     = true
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

variable "record_objects" {
  description = "Whether the trail also records who reads and writes objects in the fleet's buckets; AWS charges by the event."
  type        = bool
  default     = true
}

variable "alarm_emails" {
  description = "Who is told of alarms by email, at least one; each address has to confirm. An alarm that nobody hears is none."
  type        = set(string)

  validation {
    condition     = length(var.alarm_emails) > 0 && alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "At least one address, written like security@example.com."
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

variable "guardduty" {
  description = "Whether GuardDuty watches this region; false where an organisation's administrator switches it on. What it watches besides, utility/security says."
  type        = bool
  default     = true
}

variable "access_analyzer" {
  description = "Whether IAM Access Analyzer reports what can be reached from outside the account."
  type        = bool
  default     = true
}

variable "metadata_hops" {
  description = "How far from an instance its metadata may be read: 1 from the instance alone, 2 from containers on it too."
  type        = number
  default     = 1

  validation {
    condition     = contains([1, 2], var.metadata_hops)
    error_message = "The choice is 1 or 2."
  }
}

variable "config" {
  description = "Whether AWS Config records how resources of this region are set, and judges it."
  type        = bool
  default     = true
}
