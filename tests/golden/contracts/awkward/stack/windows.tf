variable "first" { type = string }

variable "second" {
  description = "Größe"
  type = string
}
