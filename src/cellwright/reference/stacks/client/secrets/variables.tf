variable "name" {
  description = "The client's name; names its secrets' mount, policies, role and group."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "tags" {
  description = "Who this belongs to, and what manages it; kept where Vault has a place for it, on the group."
  type        = map(string)

  validation {
    condition = alltrue([
      for key in ["Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"] : contains(keys(var.tags), key)
    ])
    error_message = "The tags Client, Cell, Fleet, Level, Stack and ManagedBy have to be there."
  }
}

variable "address" {
  description = "Vault's address; null: what VAULT_ADDR says."
  type        = string
  default     = null

  validation {
    condition     = var.address == null ? true : can(regex("^https://[^/]+$", var.address))
    error_message = "An address is written like https://vault.example.com:8200, without a path; plain HTTP would show the token to whoever listens."
  }
}

variable "auth_path" {
  description = "Where Vault's AWS auth method is mounted; it serves all clients and is set up once, with Vault itself."
  type        = string
  default     = "aws"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9_/-]*[a-z0-9]$", var.auth_path))
    error_message = "A path such as aws or aws/prod, without slashes at its ends and without auth/ before it."
  }
}

variable "service_role_arn" {
  description = "The IAM role of the client's services: whoever proves to be it, reads this client's secrets."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[^*]+$", var.service_role_arn))
    error_message = "One role's ARN, such as arn:aws:iam::123456789012:role/client-acme-service; no wildcard."
  }
}

variable "resolve_role_id" {
  description = "Whether Vault remembers the role's unique id, so that another role of the same name is not let in; Vault then needs iam:GetRole in the client's account."
  type        = bool
  default     = true
}

variable "token_ttl_seconds" {
  description = "How long a token of the services lives before it has to be renewed."
  type        = number
  default     = 900

  validation {
    condition     = var.token_ttl_seconds >= 60 && var.token_ttl_seconds <= 86400
    error_message = "From a minute to a day."
  }
}

variable "token_max_ttl_seconds" {
  description = "How long a token of the services can be renewed in all; then they sign in again."
  type        = number
  default     = 14400

  validation {
    condition     = var.token_max_ttl_seconds >= var.token_ttl_seconds
    error_message = "Not less than token_ttl_seconds."
  }
}

variable "token_cidrs" {
  description = "From where the services may sign in and use their tokens, as IPv4 address blocks; empty: from anywhere that reaches Vault."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.token_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")])
    error_message = "Address blocks such as 10.16.0.0/16; the whole internet is none."
  }
}

variable "max_versions" {
  description = "How many versions of a secret are kept."
  type        = number
  default     = 20

  validation {
    condition     = var.max_versions >= 2 && var.max_versions <= 1000 && floor(var.max_versions) == var.max_versions
    error_message = "A whole number from 2 to 1000: with one there is no way back."
  }
}

variable "operators" {
  description = "The people who write this client's secrets: an auth method's accessor, and the group's name as it tells it; null: nobody yet."
  type = object({
    mount_accessor = string
    group          = string
  })
  default = null
}

variable "operators_read" {
  description = "Whether these people may also read what they wrote."
  type        = bool
  default     = false
}
