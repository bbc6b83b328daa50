variable "vpc_id" {
  type = string
}
variable "tags" {
  type = map(string)
  default = {}
}
output "kms_key_arn" {
  value = "x"
}
