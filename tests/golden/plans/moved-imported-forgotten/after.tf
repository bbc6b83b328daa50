moved {
  from = terraform_data.old
  to   = terraform_data.new
}

resource "terraform_data" "new" {
  input = "x"
}

removed {
  from = terraform_data.left
  lifecycle {
    destroy = false
  }
}

import {
  to = terraform_data.taken
  id = "known-elsewhere"
}

resource "terraform_data" "taken" {
}
