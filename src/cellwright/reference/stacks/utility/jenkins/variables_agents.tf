variable "agent_environment" {
  description = "What agents find in their environment: CELLWRIGHT_SERVER, or CELLWRIGHT_REPOSITORY and CELLWRIGHT_BRANCH. No secrets."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.agent_environment) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "A variable's name has capital letters, digits and underscores."
  }
}

variable "agent_secrets" {
  description = "By variable: the secret (ARN, or ARN:key::) that ECS hands to agents: CELLWRIGHT_LEDGER and CELLWRIGHT_KEY, or CELLWRIGHT_TOKEN."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([for name, arn in var.agent_secrets :
      can(regex("^[A-Z][A-Z0-9_]*$", name)) && can(regex("^arn:aws[a-z-]*:secretsmanager:", arn))
    ])
    error_message = "Write VARIABLE = \"arn:aws:secretsmanager:us-east-1:123456789012:secret:name\"."
  }
}

variable "check_environment" {
  description = "As agent_environment, for the agents that check pull requests."
  type        = map(string)
  default     = {}
}

variable "check_secrets" {
  description = "As agent_secrets, for the agents that check pull requests: whoever may open one can read these, so none that writes."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([for name, arn in var.check_secrets :
      can(regex("^[A-Z][A-Z0-9_]*$", name)) && can(regex("^arn:aws[a-z-]*:secretsmanager:", arn))
    ])
    error_message = "Write VARIABLE = \"arn:aws:secretsmanager:us-east-1:123456789012:secret:name\"."
  }

  validation {
    condition     = length(setintersection(values(var.agent_secrets), values(var.check_secrets))) == 0
    error_message = "A check may not have a secret of those that apply: whoever opens a pull request decides what it does."
  }
}

variable "check_role_arns" {
  description = "The roles that agents may take which check pull requests: such as only look."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setintersection(var.deployer_role_arns, var.check_role_arns)) == 0
    error_message = "A check may not take a role that changes an account."
  }
}

variable "secret_key_arns" {
  description = "The keys of these secrets, where they are not encrypted by the account's own key for Secrets Manager."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_key_arns : can(regex("^arn:aws[a-z-]*:kms:", arn))])
    error_message = "A key's ARN is written like arn:aws:kms:us-east-1:123456789012:key/..."
  }
}
