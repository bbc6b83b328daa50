package hipaa.transport_test

import data.hipaa.transport
import rego.v1

listener(settings) := {
	"resource_changes": [{
		"address": "aws_lb_listener.this",
		"mode": "managed",
		"type": "aws_lb_listener",
		"name": "this",
		"change": {"actions": ["create"], "after": settings, "after_unknown": {}},
	}],
	"cellwright": {},
}

test_plain_http_is_denied if {
	count(transport.deny) == 1 with input as listener({"protocol": "HTTP", "default_action": [{"type": "forward"}]})
}

test_http_that_leads_to_https_passes if {
	redirect := {"type": "redirect", "redirect": [{"protocol": "HTTPS", "status_code": "HTTP_301"}]}
	count(transport.deny) == 0 with input as listener({"protocol": "HTTP", "default_action": [redirect]})
}

test_old_tls_is_denied if {
	old := {"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-2016-08"}
	count(transport.deny) == 1 with input as listener(old)
}

test_new_tls_passes if {
	new := {"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}
	count(transport.deny) == 0 with input as listener(new)
}
