# METADATA
# title: Every connection uses TLS
# custom:
#   clause: 45 CFR 164.312(e)(1) and (e)(2)(ii)
#   advice: refuse whatever is not TLS 1.2 or newer
package hipaa.transport

import data.hipaa.iam
import data.hipaa.plan
import rego.v1

deny contains plan.finding(bucket, "can be read without TLS: no bucket policy denies `aws:SecureTransport` = false") if {
	some bucket in plan.of_type("aws_s3_bucket")
	not tls_only(bucket)
}

tls_only(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_policy")
	some statement in iam.statements(c.change.after.policy)
	statement.Effect == "Deny"
	iam.everyone(statement)
	all_of_s3(statement)
	demands_tls(plan.fields(statement, "Condition"))
}

# A policy that names the bucket's ARN is known only after the bucket is made; the next plan reads it.
tls_only(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_policy")
	plan.unknown(c, "policy")
}

# Of the bucket and of what lies in it; an object that is left out can be read.
all_of_s3(statement) if {
	some action in plan.values(statement, "Action")
	every known in ["s3:getobject", "s3:putobject", "s3:listbucket"] {
		iam.matches(action, known)
	}
	some resource in plan.values(statement, "Resource")
	endswith(resource, "*")
}

# And nothing else beside it, which would have to be true as well.
demands_tls(condition) if {
	count(condition) == 1
	some operator, keys in condition
	lower(operator) in {"bool", "boolifexists"}
	is_object(keys)
	count(keys) == 1
	some key, value in keys
	lower(key) == "aws:securetransport"
	every item in plan.list(value) {
		item in {"false", false}
	}
}

warn contains plan.finding(c, "can't be read before the apply; whether it demands TLS is judged at the next plan") if {
	some c in plan.of_type("aws_s3_bucket_policy")
	plan.unknown(c, "policy")
}

listeners := plan.of_types({"aws_lb_listener", "aws_alb_listener"})

deny contains plan.finding(listener, "takes plain HTTP and does not lead to HTTPS") if {
	some listener in listeners
	listener.change.after.protocol == "HTTP"
	not redirected(listener.change.after, "default_action")
}

deny contains plan.finding(rule, "takes plain HTTP and does not lead to HTTPS") if {
	some rule in plan.of_types({"aws_lb_listener_rule", "aws_alb_listener_rule"})
	some listener in listeners
	listener.change.after.protocol == "HTTP"
	plan.refers(rule, "listener_arn", listener)
	not redirected(rule.change.after, "action")
}

redirected(after, key) if {
	some action in plan.blocks(after, key)
	some redirect in plan.blocks(action, "redirect")
	redirect.protocol == "HTTPS"
}

warn contains plan.finding(r, "asks its targets by plain HTTP: what they answer goes in clear within the network") if {
	some r in plan.of_types({"aws_lb_target_group", "aws_alb_target_group"})
	r.change.after.protocol == "HTTP"
	object.get(r.change.after, "target_type", null) != "lambda"
}

deny contains plan.finding(r, "takes plain HTTP") if {
	some r in plan.of_type("aws_elb")
	some block in plan.blocks(r.change.after, "listener")
	lower(block.lb_protocol) == "http"
}

deny contains plan.finding(listener, sprintf("allows old versions of TLS (%s)", [name])) if {
	some listener in listeners
	listener.change.after.protocol in {"HTTPS", "TLS"}
	name := tls_policy(listener)
	not modern(name)
}

# What is left out is AWS's oldest.
tls_policy(listener) := name if {
	name := listener.change.after.ssl_policy
	not plan.blank(name)
} else := "no `ssl_policy`" if {
	not plan.pending(listener, "ssl_policy")
}

warn contains plan.finding(listener, "names its versions of TLS only after the apply; they are judged at the next plan") if {
	some listener in listeners
	plan.pending(listener, "ssl_policy")
}

modern(name) if regex.match(`^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)`, name)

# Attributes that name the oldest TLS.
oldest := {
	"aws_api_gateway_domain_name": ["security_policy", `^(TLS_1_2|TLS_1_3|SecurityPolicy_TLS1[23]).*$`],
	"aws_transfer_server": ["security_policy_name", `^TransferSecurityPolicy-(202[0-9]|FIPS-202[0-9]|Restricted|PQ-SSH|TLS).*$`],
	"aws_dax_cluster": ["cluster_endpoint_encryption_type", `^TLS$`],
}

deny contains plan.finding(r, sprintf("allows old versions of TLS, or none (`%s`)", [key])) if {
	some kind, pair in oldest
	some r in plan.of_type(kind)
	key := pair[0]
	value := object.get(r.change.after, key, "not set")
	not plan.unknown(r, key)
	not kept_to(value, pair[1])
}

kept_to(value, pattern) if {
	is_string(value)
	regex.match(pattern, value)
}
