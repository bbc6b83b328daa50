package hipaa.transport_test

import data.hipaa.examples_test as ex
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
	count(data.hipaa.transport.deny) == 1 with input as listener({"protocol": "HTTP", "default_action": [{"type": "forward"}]})
}

test_http_that_leads_to_https_passes if {
	redirect := {"type": "redirect", "redirect": [{"protocol": "HTTPS", "status_code": "HTTP_301"}]}
	count(data.hipaa.transport.deny) == 0 with input as listener({"protocol": "HTTP", "default_action": [redirect]})
}

test_old_tls_is_denied if {
	old := {"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-2016-08"}
	count(data.hipaa.transport.deny) == 1 with input as listener(old)
}

test_new_tls_passes if {
	new := {"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}
	count(data.hipaa.transport.deny) == 0 with input as listener(new)
}

listener_kind := "aws_lb_listener"

distribution(fields) := object.union({"viewer_certificate": [{"cloudfront_default_certificate": true}]}, fields)

denied := [
	["aws_s3_bucket", {"bucket": "medloop-acme"}, "can be read without TLS"],
	[listener_kind, {"protocol": "HTTPS"}, "no `ssl_policy`"],
	["aws_alb_listener", {"protocol": "TLS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-0-2021-06"}, "allows old versions of TLS"],
	["aws_elb", {"listener": [{"lb_protocol": "http"}]}, "takes plain HTTP"],
	["aws_api_gateway_domain_name", {"security_policy": "TLS_1_0"}, "`security_policy`"],
	["aws_transfer_server", {"security_policy_name": "TransferSecurityPolicy-2018-11"}, "`security_policy_name`"],
	["aws_dax_cluster", {"cluster_endpoint_encryption_type": "NONE"}, "`cluster_endpoint_encryption_type`"],
	["aws_elasticache_replication_group", {}, "`transit_encryption_enabled` is not on"],
	["aws_elasticache_cluster", {"engine": "redis"}, "`transit_encryption_enabled` is not on"],
	["aws_memorydb_cluster", {"tls_enabled": false}, "`tls_enabled` is not on"],
	["aws_elasticache_replication_group", {"transit_encryption_enabled": true, "transit_encryption_mode": "preferred"}, "preferred"],
	["aws_opensearch_domain", {"domain_endpoint_options": [{"enforce_https": false}]}, "does not demand HTTPS"],
	["aws_opensearch_domain", {"domain_endpoint_options": [{"enforce_https": true, "tls_security_policy": "Policy-Min-TLS-1-0-2019-07"}]}, "old versions"],
	["aws_opensearch_domain", {"node_to_node_encryption": [{"enabled": false}]}, "between its nodes"],
	["aws_db_parameter_group", {"parameter": [{"name": "rds.force_ssl", "value": "0"}]}, "`rds.force_ssl` is 0"],
	["aws_rds_cluster_parameter_group", {"parameter": [{"name": "require_secure_transport", "value": "OFF"}]}, "is OFF"],
	["aws_docdb_cluster_parameter_group", {"parameter": [{"name": "tls", "value": "disabled"}]}, "`tls` is disabled"],
	["aws_msk_cluster", {"encryption_info": [{"encryption_in_transit": [{"client_broker": "TLS_PLAINTEXT"}]}]}, "brokers"],
	["aws_msk_cluster", {"encryption_info": [{"encryption_in_transit": [{"client_broker": "TLS", "in_cluster": false}]}]}, "brokers"],
	["aws_ecs_task_definition", {"volume": [{"efs_volume_configuration": [{"transit_encryption": null}]}]}, "mounts a file system"],
	["aws_sns_topic_subscription", {"protocol": "http"}, "sends to plain HTTP"],
	["aws_transfer_server", {"protocols": ["SFTP", "FTP"], "security_policy_name": "TransferSecurityPolicy-2024-01"}, "plain FTP"],
	["aws_cloudfront_distribution", distribution({"default_cache_behavior": [{"viewer_protocol_policy": "allow-all"}]}), "answers to plain HTTP"],
	["aws_cloudfront_distribution", {"viewer_certificate": [{"minimum_protocol_version": "TLSv1"}]}, "`minimum_protocol_version`"],
	["aws_cloudfront_distribution", distribution({"origin": [{"custom_origin_config": [{"origin_protocol_policy": "match-viewer"}]}]}), "asks its origin"],
]

test_denied if {
	every example in denied {
		ex.says(data.hipaa.transport.deny, example[2]) with input as ex.planned([ex.made(example[0], example[1])])
	}
}

passing := [
	[listener_kind, {"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"}],
	[listener_kind, {"protocol": "TCP"}],
	["aws_elb", {"listener": [{"lb_protocol": "https"}]}],
	["aws_transfer_server", {"security_policy_name": "TransferSecurityPolicy-FIPS-2024-01", "protocols": ["SFTP"]}],
	["aws_elasticache_cluster", {"replication_group_id": "group"}],
	["aws_elasticache_replication_group", {"transit_encryption_enabled": true, "transit_encryption_mode": "required"}],
	[
		"aws_opensearch_domain",
		{
			"domain_endpoint_options": [{"enforce_https": true, "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"}],
			"node_to_node_encryption": [{"enabled": true}],
		},
	],
	["aws_db_parameter_group", {"parameter": [{"name": "rds.force_ssl", "value": "1"}]}],
	["aws_msk_cluster", {"encryption_info": [{"encryption_in_transit": [{"client_broker": "TLS", "in_cluster": true}]}]}],
	["aws_ecs_task_definition", {"volume": [{"efs_volume_configuration": [{"transit_encryption": "ENABLED"}]}]}],
	["aws_sns_topic_subscription", {"protocol": "https"}],
	["aws_cloudfront_distribution", {"viewer_certificate": [{"minimum_protocol_version": "TLSv1.2_2021"}], "origin": null}],
]

test_passing if {
	every example in passing {
		count(data.hipaa.transport.deny) == 0 with input as ex.planned([ex.made(example[0], example[1])])
	}
}

demanding(statement) := ex.planned([
	ex.bucket,
	ex.of_bucket("aws_s3_bucket_policy", {"policy": json.marshal({"Statement": object.union(
		{
			"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"],
			"Resource": ["arn:aws:s3:::medloop-acme", "arn:aws:s3:::medloop-acme/*"],
			"Condition": {"Bool": {"AWS:SecureTransport": ["false"]}},
		},
		statement,
	)})}),
])

test_a_policy_that_demands_tls_passes if {
	count(data.hipaa.transport.deny) == 0 with input as demanding({})
	count(data.hipaa.transport.deny) == 0 with input as demanding({"Action": "*", "Principal": "*"})
}

test_a_policy_that_leaves_something_out_does_not if {
	ex.says(data.hipaa.transport.deny, "without TLS") with input as demanding({"Action": "s3:PutObject"})
	ex.says(data.hipaa.transport.deny, "without TLS") with input as demanding({"Resource": "arn:aws:s3:::medloop-acme"})
	ex.says(data.hipaa.transport.deny, "without TLS") with input as demanding({"Principal": {"AWS": "arn:aws:iam::1:root"}})
	ex.says(data.hipaa.transport.deny, "without TLS") with input as demanding({"Condition": {"Bool": {"aws:SecureTransport": "true"}}})
	narrowed := {"Condition": {"StringEquals": {"aws:PrincipalAccount": "1"}}}
	ex.says(data.hipaa.transport.deny, "without TLS") with input as demanding(narrowed)
}

forwarding := {
	"address": "aws_lb_listener_rule.this", "mode": "managed", "type": "aws_lb_listener_rule", "name": "this",
	"change": {"actions": ["create"], "after": {"action": [{"type": "forward"}]}, "after_unknown": {}},
}

redirecting := {"type": "redirect", "redirect": [{"protocol": "HTTPS"}]}

plain := {"protocol": "HTTP", "default_action": [redirecting]}

test_a_rule_of_a_plain_listener_may_only_lead_to_https if {
	plan := ex.written(forwarding, {"listener_arn": {"references": ["aws_lb_listener.this.arn", "aws_lb_listener.this"]}})
	with_listener := object.union(plan, {"resource_changes": [forwarding, ex.made(listener_kind, plain)]})
	ex.says(data.hipaa.transport.deny, "aws_lb_listener_rule.this takes plain HTTP") with input as with_listener
	leading := object.union(forwarding, {"change": {"after": {"action": [redirecting]}}})
	count(data.hipaa.transport.deny) == 0 with input as object.union(plan, {"resource_changes": [leading, ex.made(listener_kind, plain)]})
}

test_warned if {
	ex.says(data.hipaa.transport.warn, "whether it demands TLS") with input as ex.late("aws_s3_bucket_policy", {}, "policy")
	ex.says(data.hipaa.transport.warn, "only after the apply") with input as ex.late(listener_kind, {"protocol": "HTTPS"}, "ssl_policy")
	count(data.hipaa.transport.warn) == 0 with input as demanding({})
}

test_targets_that_are_asked_in_clear_are_warned_of if {
	group := ex.made("aws_lb_target_group", {"protocol": "HTTP", "target_type": "ip"})
	ex.says(data.hipaa.transport.warn, "asks its targets by plain HTTP") with input as ex.planned([group])
	safe := ex.made("aws_lb_target_group", {"protocol": "HTTPS", "target_type": "ip"})
	count(data.hipaa.transport.warn) == 0 with input as ex.planned([safe])
}
