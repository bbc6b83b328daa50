variable "endpoint" {
  type = string
}
variable "users" {
  type = list(string)
  default = []
}
