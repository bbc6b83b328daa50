variable "engine_version" {
  description = "The version of OpenSearch."
  type        = string
  default     = "OpenSearch_2.19"

  validation {
    condition     = can(regex("^OpenSearch_[0-9]+\\.[0-9]+$", var.engine_version))
    error_message = "A version is written like OpenSearch_2.19."
  }
}

variable "nodes" {
  description = "How many nodes hold data, of which type, and their disks in GiB; they spread over the subnets."
  type = object({
    count       = optional(number, 3)
    type        = optional(string, "r6g.large.search")
    volume_size = optional(number, 100)
  })
  default = {}

  validation {
    condition     = var.nodes.count >= 1 && floor(var.nodes.count) == var.nodes.count && endswith(var.nodes.type, ".search") && var.nodes.volume_size >= 10
    error_message = "At least one node, of a type such as r6g.large.search, with at least 10 GiB."
  }
}

variable "managers" {
  description = "Three nodes of this type that hold no data and manage the others; null: those with data do it."
  type        = string
  default     = "m6g.large.search"

  validation {
    condition     = var.managers == null ? true : endswith(var.managers, ".search")
    error_message = "A type such as m6g.large.search."
  }
}

variable "manager_role_arns" {
  description = "The roles of people who may do everything in the domain."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.manager_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "A role's ARN is written like arn:aws:iam::123456789012:role/operator."
  }
}

variable "reader_role_arns" {
  description = "The roles of people who may search all records, and change nothing."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.reader_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "A role's ARN is written like arn:aws:iam::123456789012:role/auditor."
  }
}

variable "service_linked_role" {
  description = "Whether this stack makes the role with which OpenSearch works in VPCs; there is one in an account."
  type        = bool
  default     = true
}
