variable "a" {
  type =
}
