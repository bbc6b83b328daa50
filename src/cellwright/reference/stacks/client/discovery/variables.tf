variable "name" {
  description = "The client's name; names its keys, services, policy and role."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "tags" {
  description = "Who this belongs to, and what manages it; kept where Consul has a place for it, on the intentions."
  type        = map(string)

  validation {
    condition = alltrue([
      for key in ["Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"] : contains(keys(var.tags), key)
    ])
    error_message = "The tags Client, Cell, Fleet, Level, Stack and ManagedBy have to be there."
  }
}

variable "address" {
  description = "Consul's address; null: what CONSUL_HTTP_ADDR says. It is spoken to by TLS only."
  type        = string
  default     = null

  validation {
    condition     = var.address == null ? true : can(regex("^(?:https://)?[A-Za-z0-9.-]+(?::[0-9]+)?$", var.address))
    error_message = "An address is written like https://consul.example.com:8501 or consul.example.com:8501, without a path."
  }
}

variable "datacenter" {
  description = "Consul's datacenter; null: the one of the agent at that address."
  type        = string
  default     = null
}

variable "services" {
  description = "The client's services, by short names; Consul knows them as client-NAME-SERVICE."
  type        = set(string)
  default     = ["app"]

  validation {
    condition     = length(var.services) >= 1 && alltrue([for service in var.services : can(regex("^[a-z][a-z0-9]*$", service))])
    error_message = "At least one, named with lower-case letters and digits, without hyphens: the client's name may have some, and the two could not be told apart."
  }
}

variable "callers" {
  description = "Which of the client's services may call which, as destination = [callers]; all else is refused."
  type        = map(set(string))
  default     = {}

  validation {
    condition = alltrue([
      for destination, callers in var.callers : contains(var.services, destination) && length(setsubtract(callers, var.services)) == 0
    ])
    error_message = "Destinations and callers have to be among the client's own services."
  }
}

variable "config" {
  description = "What the client's services find in the key-value store below clients/NAME/config/; no secrets."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.config) : can(regex("^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*$", key))])
    error_message = "A key has letters, digits, _, . and -, with slashes between its parts only."
  }
}

variable "login" {
  description = "How the client's services get a token: Consul's auth method of type aws-iam, and the IAM role that they have; null: tokens are given out by hand."
  type = object({
    auth_method = string
    account_id  = string
    role_name   = string
  })
  default = null

  validation {
    condition     = var.login == null ? true : can(regex("^[0-9]{12}$", var.login.account_id)) && can(regex("^[A-Za-z0-9_+=,.@-]+$", var.login.role_name))
    error_message = "An account has twelve digits; a role is given by its name, without path."
  }
}
