variable "name" {
  description = "The cell's name; names Jenkins and all that belongs to it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region in which everything of this stack lives."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(?:-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like us-east-1."
  }
}

variable "role_arn" {
  description = "The role in the account that Terraform takes; null: the credentials as they are."
  type        = string
  default     = null

  validation {
    condition     = var.role_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.role_arn))
    error_message = "A role's ARN is written like arn:aws:iam::123456789012:role/deployer."
  }
}

variable "tags" {
  description = "Tags for every resource: who it belongs to, and what manages it."
  type        = map(string)

  validation {
    condition = alltrue([
      for key in ["Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"] : contains(keys(var.tags), key)
    ])
    error_message = "The tags Client, Cell, Fleet, Level, Stack and ManagedBy have to be there."
  }
}

variable "boundary_arn" {
  description = "The permissions boundary that every role of this stack carries; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.boundary_arn))
    error_message = "A policy's ARN is written like arn:aws:iam::111122223333:policy/boundary."
  }
}

variable "image" {
  description = "The controller's image, with its tag or digest: made of ci/jenkins/controller, which holds plugins and settings."
  type        = string

  validation {
    condition     = can(regex("[:@]", var.image)) && !endswith(var.image, ":latest")
    error_message = "Name a version: repository:tag or repository@digest."
  }
}

variable "size" {
  description = "CPU units (1024 are one processor) and memory in MiB of the controller; Fargate takes certain pairs only."
  type = object({
    cpu    = number
    memory = number
  })
  default = { cpu = 1024, memory = 4096 }

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.size.cpu) && var.size.memory >= 2 * var.size.cpu && var.size.memory <= 8 * var.size.cpu
    error_message = "The processor has 256, 512, 1024, 2048 or 4096 units, and memory two to eight times as many MiB."
  }
}

variable "replicas" {
  description = "1, or 0 to stop Jenkins; two can't share a home."
  type        = number
  default     = 1

  validation {
    condition     = contains([0, 1], var.replicas)
    error_message = "0 or 1."
  }
}

variable "agent_image" {
  description = "The agents' image: Jenkins' inbound agent with git, Terraform and Cellwright in it."
  type        = string

  validation {
    condition     = can(regex("[:@]", var.agent_image)) && !endswith(var.agent_image, ":latest")
    error_message = "Name a version: repository:tag or repository@digest."
  }
}

variable "agent_size" {
  description = "CPU units and memory in MiB of one agent."
  type = object({
    cpu    = number
    memory = number
  })
  default = { cpu = 2048, memory = 4096 }

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.agent_size.cpu) && var.agent_size.memory >= 2 * var.agent_size.cpu && var.agent_size.memory <= 8 * var.agent_size.cpu
    error_message = "The processor has 256, 512, 1024, 2048 or 4096 units, and memory two to eight times as many MiB."
  }
}

variable "agents" {
  description = "How many agents may run at once."
  type        = number
  default     = 4

  validation {
    condition     = var.agents >= 1 && var.agents <= 50 && floor(var.agents) == var.agents
    error_message = "A whole number from 1 to 50."
  }
}

variable "fleet_repository" {
  description = "The fleet's git repository, over HTTPS."
  type        = string

  validation {
    condition     = can(regex("^https://[A-Za-z0-9._~:/-]+$", var.fleet_repository))
    error_message = "An address such as https://git.example.com/infra/fleet.git, without credentials in it."
  }
}

variable "fleet_branch" {
  description = "The branch that says what should be."
  type        = string
  default     = "main"

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]+$", var.fleet_branch))
    error_message = "A branch is named by letters, digits, dots, slashes, underscores and hyphens."
  }
}

variable "library_path" {
  description = "The folder of the pipelines' library in that repository, with a slash at its end; cellwright ci jenkins writes it."
  type        = string
  default     = "ci/jenkins/"

  validation {
    condition     = can(regex("^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)+$", var.library_path)) # no part of it leads upwards
    error_message = "A folder within the repository, such as ci/jenkins/."
  }
}

variable "wait_for_service" {
  description = "Whether Terraform waits until the controller answers; it takes about five minutes."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "How long logs of the controller and of agents are kept, in days."
  type        = number
  default     = 2192

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}

variable "key_deletion_days" {
  description = "How long the key can still be taken back after it was destroyed, in days."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS waits between 7 and 30 days."
  }
}

variable "alarm_topic_arn" {
  description = "Where alarms go; null: there are none."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:", var.alarm_topic_arn))
    error_message = "A topic's ARN is written like arn:aws:sns:us-east-1:123456789012:alarms."
  }
}
