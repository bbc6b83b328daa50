resource "aws_a" "x" {}

data "aws_b" "x" {}

ephemeral "aws_c" "x" {}

action "aws_d" "x" {}

check "health" {
  data "http" "probe" {
    url = "https://example.com"
  }

  assert {
    condition     = data.http.probe.status_code == 200
    error_message = "down"
  }
}

moved {
  from = aws_old.x
  to   = module.a["k"].module.b[0].aws_new.x[0]
}

moved {
  from = module.gone
  to   = module.there
}

removed {
  from = data.aws_removed.x

  lifecycle {
    destroy = false
  }
}

import {
  for_each = toset(["a"])
  to       = aws_imported.x[each.key]
  id       = each.key
}
