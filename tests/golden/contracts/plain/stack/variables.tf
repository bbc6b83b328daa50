variable "name" {
  type        = string
  description = "What it is called."
}

variable "replicas" {
  type        = number
  default     = 2
  description = <<-EOT
    How many there are.
      At least one.
  EOT

  validation {
    condition     = var.replicas > 0 && var.replicas < 100
    error_message = "Between 1 and 99, not ${var.replicas}."
  }
}

variable "token" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "zones" {
  type     = list(string)
  nullable = false
}

variable "rules" {
  type = map(object({
    port     = number
    protocol = optional(string, "tcp")
    cidrs    = optional(list(string), [])
    nested   = optional(object({ deep = tuple([string, bool]) }))
  }))
  default = {}
}

variable "untyped" {}

variable "nothing" { default = null }

variable "quoted" {
  type      = string
  sensitive = "true"
  nullable  = "true"
}
