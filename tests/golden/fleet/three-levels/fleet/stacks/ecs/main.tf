variable "vpc_id" {
  type = string
}
output "cluster" {
  value = "x"
}
