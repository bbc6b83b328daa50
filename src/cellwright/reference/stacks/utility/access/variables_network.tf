variable "vpc_id" {
  description = "The VPC in which the host runs."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "subnet_ids" {
  description = "The private subnets in which the host may run."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1 && length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "At least one subnet, each of them once."
  }
}

variable "cluster_arn" {
  description = "The ECS cluster in which the host runs."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/.+$", var.cluster_arn))
    error_message = "A cluster's ARN is written like arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1."
  }
}

variable "allowed_cidrs" {
  description = "Where sessions may lead, as IPv4 address blocks."
  type        = set(string)

  validation {
    condition     = alltrue([for block in var.allowed_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")])
    error_message = "Address blocks such as 10.16.0.0/16; the whole internet is none."
  }
}

variable "ports" {
  description = "At which TCP ports: by default those of HTTPS, PostgreSQL, Jenkins, Vault and Consul."
  type        = set(number)
  default     = [443, 5432, 8080, 8200, 8501]

  validation {
    condition     = alltrue([for port in var.ports : port >= 1 && port <= 65535 && floor(port) == port])
    error_message = "Ports are whole numbers from 1 to 65535."
  }
}
