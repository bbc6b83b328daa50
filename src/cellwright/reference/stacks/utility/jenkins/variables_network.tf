variable "vpc_id" {
  description = "The VPC in which Jenkins runs."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "subnet_ids" {
  description = "The private subnets in which the controller and agents run, one for each zone."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1 && length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "At least one subnet, each of them once."
  }
}

variable "cluster_arn" {
  description = "The ECS cluster in which Jenkins runs."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/.+$", var.cluster_arn))
    error_message = "A cluster's ARN is written like arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1."
  }
}

variable "namespace_id" {
  description = "The Cloud Map namespace in which the controller registers."
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

variable "agent_execution_role_arn" {
  description = "The role with which ECS starts agents; one that reads no secret."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.agent_execution_role_arn))
    error_message = "A role's ARN is written like arn:aws:iam::123456789012:role/prod-use1-ecs-execution."
  }
}

variable "deployer_role_arns" {
  description = "The roles that agents may take to change accounts; those have to trust the agents' role."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.deployer_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[^*]+$", arn))])
    error_message = "A role's ARN is written like arn:aws:iam::123456789012:role/deployer, without wildcards."
  }
}

variable "listener_arn" {
  description = "The HTTPS listener of the load balancer through which people reach Jenkins; null: nobody but agents does."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null ? true : can(regex("^arn:aws[a-z-]*:elasticloadbalancing:", var.listener_arn))
    error_message = "A listener's ARN is written like arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/..."
  }
}

variable "load_balancer_security_group_id" {
  description = "The load balancer's security group; needed with a listener."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null || var.load_balancer_security_group_id != null
    error_message = "Jenkins has to let the load balancer in."
  }
}

variable "host" {
  description = "The name in DNS under which people reach Jenkins through the load balancer; needed with a listener."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null || can(regex("^[a-z0-9-]+(?:\\.[a-z0-9-]+)+$", var.host))
    error_message = "A name such as jenkins.prod.example.com."
  }
}

variable "rule_priority" {
  description = "The place of Jenkins' rule among those of the listener."
  type        = number
  default     = 100

  validation {
    condition     = var.rule_priority >= 1 && var.rule_priority <= 50000
    error_message = "A number from 1 to 50000."
  }
}
