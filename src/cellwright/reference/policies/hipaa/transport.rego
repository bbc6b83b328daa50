# METADATA
# title: TLS on every way
# custom:
#   clause: 45 CFR 164.312(e)(1) and (e)(2)(ii)
#   advice: refuse whatever is not TLS 1.2 or newer
package hipaa.transport

import data.hipaa.plan
import rego.v1

deny contains plan.finding(bucket, "can be read without TLS: no bucket policy denies `aws:SecureTransport` = false") if {
	some bucket in plan.of_type("aws_s3_bucket")
	not tls_only(bucket)
}

tls_only(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_policy")
	some statement in plan.statements(c.change.after.policy)
	statement.Effect == "Deny"
	plan.everyone(statement)
	statement.Condition.Bool["aws:SecureTransport"] in {"false", false}
}

# A policy that names the bucket's ARN is known only after the bucket is made; the next plan reads it.
tls_only(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_policy")
	plan.unknown(c, "policy")
}

warn contains plan.finding(c, "can't be read before the apply; whether it demands TLS is judged at the next plan") if {
	some c in plan.of_type("aws_s3_bucket_policy")
	plan.unknown(c, "policy")
}

deny contains plan.finding(listener, "takes plain HTTP and does not lead to HTTPS") if {
	some listener in plan.of_types({"aws_lb_listener", "aws_alb_listener"})
	listener.change.after.protocol == "HTTP"
	not redirected(listener)
}

redirected(listener) if {
	some action in listener.change.after.default_action
	some redirect in action.redirect
	redirect.protocol == "HTTPS"
}

deny contains plan.finding(listener, sprintf("allows old versions of TLS (%s)", [name])) if {
	some listener in plan.of_types({"aws_lb_listener", "aws_alb_listener"})
	listener.change.after.protocol in {"HTTPS", "TLS"}
	name := object.get(listener.change.after, "ssl_policy", null)
	not modern(name)
	not plan.unknown(listener, "ssl_policy")
}

modern(name) if startswith(name, "ELBSecurityPolicy-TLS13-1-2")

modern(name) if startswith(name, "ELBSecurityPolicy-TLS13-1-3")

modern(name) if startswith(name, "ELBSecurityPolicy-TLS-1-2")

modern(name) if startswith(name, "ELBSecurityPolicy-FS-1-2")

deny contains plan.finding(r, "does not encrypt what is on its way: `transit_encryption_enabled` is not on") if {
	some r in plan.of_type("aws_elasticache_replication_group")
	not r.change.after.transit_encryption_enabled == true
}

deny contains plan.finding(r, "does not demand HTTPS") if {
	some r in plan.of_types({"aws_opensearch_domain", "aws_elasticsearch_domain"})
	not demands_https(r)
}

demands_https(r) if {
	some options in r.change.after.domain_endpoint_options
	options.enforce_https == true
}

deny contains plan.finding(r, "lets clients in without TLS: `rds.force_ssl` is 0") if {
	some r in plan.of_types({"aws_db_parameter_group", "aws_rds_cluster_parameter_group"})
	some parameter in r.change.after.parameter
	parameter.name == "rds.force_ssl"
	parameter.value == "0"
}
