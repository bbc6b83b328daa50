variable "replicas" {
  type = number
}
variable "domain" {
  type = string
}
variable "key" {
  type = string
}
variable "subnet" {
  type = string
  default = ""
}
variable "settings" {
  type = object({ log = object({ level = string, targets = optional(list(string)) }), limits = optional(map(number)) })
}
output "url" {
  value = "x"
}
