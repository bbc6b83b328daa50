variable "vpc_id" {
  description = "The VPC in which the domain stands."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "subnet_ids" {
  description = "The private subnets in which the domain stands: one, two or three, each in another zone."
  type        = list(string)

  validation {
    condition     = contains([1, 2, 3], length(var.subnet_ids)) && length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "One, two or three subnets, each of them once."
  }
}

variable "allowed_cidrs" {
  description = "From where the domain may be reached, as IPv4 address blocks."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.allowed_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")])
    error_message = "Address blocks such as 10.16.0.0/16; the whole internet is none."
  }
}
