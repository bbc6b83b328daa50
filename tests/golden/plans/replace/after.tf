resource "terraform_data" "x" {
  input            = "same"
  triggers_replace = ["two"]
}

resource "terraform_data" "y" {
  triggers_replace = "two"
  lifecycle {
    create_before_destroy = true
  }
}
