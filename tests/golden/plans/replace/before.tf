resource "terraform_data" "x" {
  input            = "same"
  triggers_replace = ["one"]
}

resource "terraform_data" "y" {
  triggers_replace = "one"
  lifecycle {
    create_before_destroy = true
  }
}
