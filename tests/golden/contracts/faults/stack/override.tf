variable "missing" { default = 1 }
