variable "beside" {
  type = bool
}
