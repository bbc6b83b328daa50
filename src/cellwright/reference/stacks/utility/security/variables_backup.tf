variable "backup_tag" {
  description = "What is tagged with this is backed up."
  type = object({
    key   = string
    value = string
  })
  default = { key = "Backup", value = "daily" }
}

variable "copying_account_ids" {
  description = "Accounts of the organisation whose backup plans may leave copies in this vault (their `copy_vaults` name it)."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.copying_account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "An account's number has twelve digits."
  }
}

variable "backup_rules" {
  description = "When backups are taken (AWS's cron notation, UTC), and for how many days they are kept, of which how many in warm storage (null: all)."
  type = map(object({
    schedule    = string
    keep_days   = number
    warm_days   = optional(number)
    copy_vaults = optional(set(string), [])
  }))
  default = {
    daily   = { schedule = "cron(0 3 * * ? *)", keep_days = 35 }
    monthly = { schedule = "cron(0 4 1 * ? *)", keep_days = 2192, warm_days = 30 }
  }

  validation {
    condition     = length(var.backup_rules) >= 1 && alltrue([for rule in values(var.backup_rules) : startswith(rule.schedule, "cron(") && rule.keep_days >= 7])
    error_message = "At least one rule, each with a schedule like cron(0 3 * * ? *), kept for at least 7 days."
  }

  validation {
    condition     = alltrue([for rule in values(var.backup_rules) : rule.warm_days == null ? true : rule.keep_days >= rule.warm_days + 90])
    error_message = "What goes to cold storage stays there for at least 90 days: AWS asks for it."
  }
}

variable "lock" {
  description = "For how many days at least and at most backups in the vault are kept, whoever asks; with grace_days the lock becomes final after that many days, and nobody, AWS neither, can take it off again; null: there is no lock."
  type = object({
    min_days   = optional(number, 7)
    max_days   = optional(number, 3653)
    grace_days = optional(number)
  })
  default = {}

  validation {
    condition     = var.lock == null ? true : var.lock.min_days >= 1 && var.lock.max_days >= var.lock.min_days && (var.lock.grace_days == null ? true : var.lock.grace_days >= 3)
    error_message = "At least one day, at most not less than at least, and three days of grace or more."
  }

  validation {
    condition     = var.lock == null ? true : alltrue([for rule in values(var.backup_rules) : rule.keep_days >= var.lock.min_days && rule.keep_days <= var.lock.max_days])
    error_message = "The vault refuses backups that are kept for shorter or longer than its lock allows."
  }
}

variable "restore" {
  description = "Whether the backup role may restore too; switched off, whoever restores brings a role of their own."
  type        = bool
  default     = true
}
