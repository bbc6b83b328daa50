variable "image" {
  description = "The container image, with its tag or digest."
  type        = string

  validation {
    condition     = can(regex("[:@]", var.image))
    error_message = "Name a version: repository:tag or repository@digest."
  }
}

variable "image_repository_arns" {
  description = "The ECR repositories from which images may be pulled; public registries need none."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.image_repository_arns : can(regex("^arn:aws[a-z-]*:ecr:.+:repository/.+$", arn))])
    error_message = "A repository's ARN is written like arn:aws:ecr:us-east-1:123456789012:repository/app."
  }
}

variable "guardduty_agent" {
  description = "Whether ECS may pull the agent with which GuardDuty watches the running copies."
  type        = bool
  default     = true
}

variable "replicas" {
  description = "How many copies of the service run; with `autoscaling`, at least."
  type        = number
  default     = 2

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 100 && floor(var.replicas) == var.replicas
    error_message = "A whole number from 0 to 100."
  }
}

variable "autoscaling" {
  description = "Up to how many copies run, and which load of their processors, in percent, is kept by adding and removing some; null: always as many as `replicas`."
  type = object({
    maximum     = number
    cpu_percent = optional(number, 60)
  })
  default = null

  validation {
    condition     = var.autoscaling == null ? true : var.autoscaling.maximum >= var.replicas && var.autoscaling.maximum <= 100 && var.autoscaling.cpu_percent > 0 && var.autoscaling.cpu_percent <= 100
    error_message = "The maximum is from `replicas` to 100, and the load from 1 to 100 percent."
  }
}

variable "size" {
  description = "CPU units (1024 are one processor) and memory in MiB of one copy; Fargate takes certain pairs only."
  type = object({
    cpu    = number
    memory = number
  })
  default = { cpu = 256, memory = 512 }

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.size.cpu) && var.size.memory >= 2 * var.size.cpu && var.size.memory <= 8 * var.size.cpu
    error_message = "The processor has 256, 512, 1024, 2048 or 4096 units, and memory two to eight times as many MiB."
  }
}

variable "port" {
  description = "The port on which the app listens; with `tls_proxy` nobody outside the copy reaches it."
  type        = number
  default     = 8080

  validation {
    condition     = var.port >= 1024 && var.port <= 65535
    error_message = "A port from 1024 to 65535: the service does not run as root."
  }
}

variable "tls_proxy" {
  description = "An nginx that runs beside the app in each copy and speaks TLS in its place, on `port`, with a key and a certificate that it makes when it starts: for images that speak plain HTTP. Its image has to have nginx and openssl; null: the app speaks TLS itself, or `target_protocol` says HTTP."
  type = object({
    image = string
    port  = optional(number, 8443)
  })
  default = null

  validation {
    condition     = var.tls_proxy == null ? true : can(regex("[:@]", var.tls_proxy.image))
    error_message = "Name a version: repository:tag or repository@digest."
  }

  validation {
    condition     = var.tls_proxy == null ? true : var.tls_proxy.port >= 1024 && var.tls_proxy.port <= 65535 && var.tls_proxy.port != var.port
    error_message = "A port from 1024 to 65535, and another one than the app's: both are in one copy."
  }
}

variable "read_only" {
  description = "Whether the container's file system is read-only; the image has to bear it."
  type        = bool
  default     = true
}

variable "wait_for_service" {
  description = "Whether an apply ends only when the new copies run, and fails if they don't."
  type        = bool
  default     = true
}

variable "start_timeout" {
  description = "How long an apply waits for the new copies to run."
  type        = string
  default     = "15m"

  validation {
    condition     = can(regex("^[1-9][0-9]*m$", var.start_timeout))
    error_message = "Minutes, written like 15m."
  }
}

variable "settings" {
  description = "What the service finds in its environment; kept as encrypted parameters. A changed one starts new copies."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.settings) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "A setting is named as an environment variable is: LOG_LEVEL."
  }
}

variable "secret_arn" {
  description = "The client's secret, from whose fields `secret_fields` are taken; null: none are."
  type        = string
  default     = null
}

variable "secret_fields" {
  description = "Which fields of the secret the service finds in its environment: the variable's name, and the field's. Without a value in the secret the service doesn't start; a new value starts new copies with the next apply."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.secret_fields) : can(regex("^[A-Z][A-Z0-9_]*$", key))])
    error_message = "A variable is named like API_KEY."
  }

  validation {
    condition     = length(var.secret_fields) == 0 || var.secret_arn != null
    error_message = "Fields of which secret? `secret_arn` names it."
  }
}

variable "allowed_cidrs" {
  description = "From where the service may be reached besides the load balancer, as IPv4 address blocks."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.allowed_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")])
    error_message = "Address blocks such as 10.16.0.0/16; the whole internet is none."
  }
}

variable "alarms" {
  description = "When alarms go off: load of processor and memory in percent, answers with an error of the service (5xx) in five minutes."
  type = object({
    cpu_percent    = optional(number, 90)
    memory_percent = optional(number, 90)
    errors         = optional(number, 20)
  })
  default = {}
}

variable "log_delivery" {
  description = "The stream that takes a copy of the log to where people search it, and the role that may write to it, as utility/elk has them; null: CloudWatch alone has the log."
  type = object({
    stream_arn = string
    role_arn   = string
  })
  default = null

  validation {
    condition     = var.log_delivery == null ? true : can(regex("^arn:aws[a-z-]*:firehose:", var.log_delivery.stream_arn)) && can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.log_delivery.role_arn))
    error_message = "A stream's ARN is written like arn:aws:firehose:us-east-1:123456789012:deliverystream/prod-use1-elk, a role's like arn:aws:iam::123456789012:role/prod-use1-elk-subscription."
  }
}
