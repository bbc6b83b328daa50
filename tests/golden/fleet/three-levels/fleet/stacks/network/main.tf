variable "cidr" {
  type = string
}
variable "zones" {
  type = list(string)
  default = ["a"]
}
output "vpc_id" {
  value = "x"
}
output "subnets" {
  value = "x"
}
