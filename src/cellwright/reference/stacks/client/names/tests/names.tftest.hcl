mock_provider "aws" {
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
      domain_validation_options = [
        { domain_name = "some.acme.org", resource_record_name = "_1.some.acme.org.", resource_record_type = "CNAME", resource_record_value = "_1.acm-validations.aws." },
      ]
    }
  }
}

variables {
  name                   = "acme"
  region                 = "us-east-1"
  listener_arn           = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/prod-use1/0123456789abcdef/0123456789abcdef"
  load_balancer_dns_name = "prod-use1-1234567890.us-east-1.elb.amazonaws.com"
  load_balancer_zone_id  = "Z35SXDOTRQ7X7K"

  names = {
    "book.acme.org"       = { zone_id = "Z0123456789ACME" }
    "portal.hospital.org" = {}
  }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "names"
    ManagedBy = "cellwright"
  }
}

run "a_name_whose_zone_is_at_hand_is_proved_and_the_other_one_is_not_waited_for" {
  command = apply

  assert {
    condition     = keys(aws_acm_certificate.this) == ["book.acme.org", "portal.hospital.org"]
    error_message = "Each name has a certificate of its own: another name leaves it as it is."
  }

  assert {
    condition     = keys(aws_lb_listener_certificate.this) == ["book.acme.org"] && keys(aws_acm_certificate_validation.this) == ["book.acme.org"]
    error_message = "The apply would hang until somebody else makes a record."
  }

  assert {
    condition     = keys(aws_route53_record.proof) == ["book.acme.org"] && keys(aws_route53_record.this) == ["book.acme.org"]
    error_message = "Records are made in the zone that is named, and in no other."
  }

  assert {
    condition = output.records == {
      "portal.hospital.org" = {
        proof  = { name = "_1.some.acme.org.", type = "CNAME", value = "_1.acm-validations.aws." }
        target = { name = "portal.hospital.org", type = "CNAME", value = "prod-use1-1234567890.us-east-1.elb.amazonaws.com" }
      }
    }
    error_message = "Whoever has the zone is told which records to make: ${jsonencode(output.records)}"
  }

  assert {
    condition     = output.waiting == tolist(["portal.hospital.org"]) && output.hosts == tolist(["book.acme.org", "portal.hospital.org"])
    error_message = "The app takes all names, and one is still waited for."
  }
}

run "once_its_record_is_there_the_listener_shows_its_certificate" {
  command = apply

  variables {
    names = {
      "book.acme.org"       = { zone_id = "Z0123456789ACME" }
      "portal.hospital.org" = { proved = true }
    }
  }

  assert {
    condition     = keys(aws_lb_listener_certificate.this) == ["book.acme.org", "portal.hospital.org"] && length(output.waiting) == 0
    error_message = "The second apply shows it."
  }

  assert {
    condition     = aws_acm_certificate_validation.this["portal.hospital.org"].validation_record_fqdns == null && keys(aws_route53_record.proof) == ["book.acme.org"]
    error_message = "Its record is somebody else's."
  }

  assert {
    condition     = aws_acm_certificate_validation.this["portal.hospital.org"].timeouts.create == "10m"
    error_message = "An apply that waits for AWS ends, if only after a while."
  }
}

run "an_account_without_a_load_balancer_is_told_so" {
  command = plan

  variables {
    listener_arn = null
  }

  expect_failures = [var.listener_arn]
}

run "names_that_no_certificate_can_be_had_for" {
  command = plan

  variables {
    names = { "*.acme.org" = {}, "acme.prod-use1.internal" = {} }
  }

  expect_failures = [var.names]
}

run "a_zone_and_proved_exclude_each_other" {
  command = plan

  variables {
    names = { "book.acme.org" = { zone_id = "Z0123456789ACME", proved = true } }
  }

  expect_failures = [var.names]
}
