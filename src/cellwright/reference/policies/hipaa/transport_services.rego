# TLS of databases, caches, queues, search domains, file systems and content networks.
package hipaa.transport

import data.hipaa.plan
import rego.v1

# Switches that have to be on.
tls_switches := {
	"aws_elasticache_replication_group": "transit_encryption_enabled",
	"aws_elasticache_cluster": "transit_encryption_enabled",
	"aws_memorydb_cluster": "tls_enabled",
}

deny contains plan.finding(r, sprintf("does not encrypt what is on its way: `%s` is not on", [key])) if {
	some kind, key in tls_switches
	some r in plan.of_type(kind)
	not plan.on(r.change.after, key)
	not of_group(r)
}

# A node of a replication group takes it from there.
of_group(r) if plan.given(r, "replication_group_id")

deny contains plan.finding(r, "takes clients without TLS too: `transit_encryption_mode` is preferred") if {
	some r in plan.of_type("aws_elasticache_replication_group")
	r.change.after.transit_encryption_mode == "preferred"
}

domains := plan.of_types({"aws_opensearch_domain", "aws_elasticsearch_domain"})

deny contains plan.finding(r, "does not demand HTTPS") if {
	some r in domains
	not demands_https(r)
}

demands_https(r) if {
	some options in plan.blocks(r.change.after, "domain_endpoint_options")
	options.enforce_https == true
}

deny contains plan.finding(r, "allows old versions of TLS (`tls_security_policy`)") if {
	some r in domains
	some options in plan.blocks(r.change.after, "domain_endpoint_options")
	not modern_domain(options)
}

modern_domain(options) if startswith(plan.text(options, "tls_security_policy"), "Policy-Min-TLS-1-2")

deny contains plan.finding(r, "does not encrypt what goes between its nodes") if {
	some r in domains
	not between_nodes(r)
}

between_nodes(r) if {
	some block in plan.blocks(r.change.after, "node_to_node_encryption")
	block.enabled == true
}

# Parameters by which a database lets clients in without TLS.
parameters := {
	"rds.force_ssl": {"0", "off", "false"},
	"require_secure_transport": {"0", "off", "false"},
	"require_ssl": {"0", "off", "false"},
	"tls": {"disabled"},
	"neptune_enforce_ssl": {"0", "off", "false"},
}

deny contains plan.finding(r, sprintf("lets clients in without TLS: `%s` is %s", [parameter.name, parameter.value])) if {
	some r in plan.standing
	endswith(r.type, "_parameter_group")
	some parameter in plan.blocks(r.change.after, "parameter")
	is_string(parameter.value)
	lower(parameter.value) in parameters[parameter.name]
}

deny contains plan.finding(r, "takes clients without TLS, or sends in clear between its brokers") if {
	some r in plan.of_type("aws_msk_cluster")
	some info in plan.blocks(r.change.after, "encryption_info")
	some transit in plan.blocks(info, "encryption_in_transit")
	in_clear(transit)
}

in_clear(transit) if transit.client_broker in {"PLAINTEXT", "TLS_PLAINTEXT"}

in_clear(transit) if transit.in_cluster == false

deny contains plan.finding(r, "mounts a file system without TLS: `transit_encryption` is not ENABLED") if {
	some r in plan.of_type("aws_ecs_task_definition")
	some volume in plan.blocks(r.change.after, "volume")
	some efs in plan.blocks(volume, "efs_volume_configuration")
	not efs.transit_encryption == "ENABLED"
}

deny contains plan.finding(r, "sends to plain HTTP") if {
	some r in plan.of_type("aws_sns_topic_subscription")
	r.change.after.protocol == "http"
}

deny contains plan.finding(r, "takes files by plain FTP") if {
	some r in plan.of_type("aws_transfer_server")
	"FTP" in plan.blocks(r.change.after, "protocols")
}

deny contains plan.finding(r, "answers to plain HTTP: `viewer_protocol_policy` is allow-all") if {
	some r in plan.of_type("aws_cloudfront_distribution")
	some key in ["default_cache_behavior", "ordered_cache_behavior"]
	some behaviour in plan.blocks(r.change.after, key)
	behaviour.viewer_protocol_policy == "allow-all"
}

deny contains plan.finding(r, "allows old versions of TLS (`minimum_protocol_version`)") if {
	some r in plan.of_type("aws_cloudfront_distribution")
	some certificate in plan.blocks(r.change.after, "viewer_certificate")
	not startswith(plan.text(certificate, "minimum_protocol_version"), "TLSv1.2_")
	not certificate.cloudfront_default_certificate == true
}

deny contains plan.finding(r, "asks its origin by plain HTTP") if {
	some r in plan.of_type("aws_cloudfront_distribution")
	some origin in plan.blocks(r.change.after, "origin")
	some custom in plan.blocks(origin, "custom_origin_config")
	custom.origin_protocol_policy != "https-only"
}
