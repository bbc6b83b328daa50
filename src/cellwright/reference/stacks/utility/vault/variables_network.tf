variable "vpc_id" {
  description = "The VPC in which Vault runs."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "subnet_ids" {
  description = "The private subnets in which servers run, one for each zone."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1 && length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "At least one subnet, each of them once."
  }
}

variable "cluster_arn" {
  description = "The ECS cluster in which Vault runs."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/.+$", var.cluster_arn))
    error_message = "A cluster's ARN is written like arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1."
  }
}

variable "namespace_id" {
  description = "The Cloud Map namespace in which Vault registers."
  type        = string
}

variable "namespace" {
  description = "The DNS name of that namespace."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(?:\\.[a-z0-9-]+)*$", var.namespace))
    error_message = "A name such as prod-use1.internal."
  }
}

variable "allowed_cidrs" {
  description = "From where Vault may be reached, as IPv4 address blocks."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.allowed_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")])
    error_message = "Address blocks such as 10.16.0.0/16; the whole internet is none."
  }
}

variable "allowed_security_group_ids" {
  description = "The security groups whose members may reach Vault."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.allowed_security_group_ids : startswith(id, "sg-")])
    error_message = "A security group's id starts with sg-."
  }
}
