package hipaa.exposure_test

import data.hipaa.examples_test as ex
import rego.v1

ingress := "aws_vpc_security_group_ingress_rule"

allowed(statement) := {"policy": ex.allowing(object.union({"Action": "s3:GetObject", "Resource": "*"}, statement))}

denied := [
	[ingress, {"cidr_ipv4": "0.0.0.0/0"}, "lets in everybody (0.0.0.0/0)"],
	[ingress, {"cidr_ipv4": "0.0.0.0/1"}, "lets in everybody (0.0.0.0/1)"],
	[ingress, {"cidr_ipv4": "128.0.0.0/1"}, "lets in everybody"],
	[ingress, {"cidr_ipv4": "10.0.0.0/1"}, "lets in everybody"],
	[ingress, {"cidr_ipv4": "8.0.0.0/8"}, "lets in everybody"],
	[ingress, {"cidr_ipv6": "::/0"}, "lets in everybody"],
	[ingress, {"cidr_ipv6": "::/1"}, "lets in everybody"],
	[ingress, {"cidr_ipv6": "8000::/1"}, "lets in everybody"],
	[ingress, {"cidr_ipv6": "2000::/3"}, "lets in everybody"],
	["aws_security_group_rule", {"type": "ingress", "cidr_blocks": ["10.0.0.0/8", "128.0.0.0/1"]}, "lets in everybody"],
	["aws_security_group_rule", {"type": "ingress", "ipv6_cidr_blocks": ["::/0"], "cidr_blocks": null}, "lets in everybody"],
	["aws_security_group", {"ingress": [{"cidr_blocks": ["0.0.0.0/0"]}]}, "lets in everybody"],
	["aws_default_security_group", {"ingress": [{"ipv6_cidr_blocks": ["::/0"]}]}, "lets in everybody"],
	["aws_lightsail_instance_public_ports", {"port_info": [{"cidrs": ["0.0.0.0/0"]}]}, "lets in everybody"],
	["aws_eks_cluster", {"vpc_config": [{"endpoint_public_access": true}]}, "lets in everybody"],
	["aws_db_instance", {"publicly_accessible": true}, "`publicly_accessible` is on"],
	["aws_redshift_cluster", {"publicly_accessible": true}, "`publicly_accessible` is on"],
	["aws_opensearch_domain", {"vpc_options": []}, "stands in no VPC"],
	["aws_transfer_server", {}, "`endpoint_type` is PUBLIC"],
	[
		"aws_msk_cluster",
		{"broker_node_group_info": [{"connectivity_info": [{"public_access": [{"type": "SERVICE_PROVIDED_EIPS"}]}]}]},
		"its public access is on",
	],
	["aws_lambda_function_url", {"authorization_type": "NONE"}, "`authorization_type` is NONE"],
	["aws_lambda_permission", {"principal": "*"}, "its principal is `*`"],
	["aws_s3_bucket", {"bucket": "medloop-acme"}, "not all four blocks"],
	["aws_s3_account_public_access_block", {"block_public_acls": true}, "`block_public_policy` is off"],
	["aws_s3_access_point", {"public_access_block_configuration": [{"block_public_acls": false}]}, "`block_public_acls` is off"],
	["aws_s3_bucket_acl", {"acl": "public-read"}, "its ACL is public-read"],
	["aws_s3_object", {"acl": "public-read-write"}, "its ACL"],
	[
		"aws_s3_bucket_acl",
		{"access_control_policy": [{"grant": [{"grantee": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}]}]}]},
		"grants something to AllUsers",
	],
	["aws_ami_launch_permission", {"group": "all"}, "given to everybody"],
	["aws_db_snapshot", {"shared_accounts": ["all"]}, "given to everybody"],
	["aws_ebs_snapshot_block_public_access", {"state": "unblocked"}, "copies of disks"],
	["aws_s3_bucket_policy", allowed({"Principal": "*"}), "lets everybody in"],
	["aws_s3_bucket_policy", allowed({"Principal": {"AWS": "*"}}), "lets everybody in"],
	["aws_s3_bucket_policy", allowed({"Principal": {"AWS": ["arn:aws:iam::1:root", "*"]}}), "lets everybody in"],
	["aws_s3_bucket_policy", allowed({"Principal": {"*": "*"}}), "lets everybody in"],
	["aws_s3_bucket_policy", allowed({"NotPrincipal": {"AWS": "arn:aws:iam::1:root"}}), "lets everybody in"],
	["aws_s3_bucket_policy", allowed({"Principal": "*", "Condition": {}}), "lets everybody in"],
	["aws_s3_bucket_policy", allowed({"Principal": "*", "Condition": {"StringEquals": {}}}), "lets everybody in"],
	["aws_s3_bucket_policy", allowed({"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}), "lets everybody in"],
	["aws_sqs_queue_policy", allowed({"Principal": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}), "lets everybody in"],
	["aws_sqs_queue_policy", allowed({"Principal": "*", "Condition": {"StringLike": {"aws:PrincipalArn": ["arn:aws:iam::*:*"]}}}), "lets everybody in"],
	["aws_sns_topic_policy", allowed({"Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}), "lets everybody in"],
	["aws_kms_key", allowed({"Principal": "*", "Condition": {"StringNotEquals": {"kms:CallerAccount": "1"}}}), "lets everybody in"],
	["aws_kms_key", allowed({"Principal": "*", "Condition": {"StringEqualsIfExists": {"kms:CallerAccount": "1"}}}), "lets everybody in"],
	["aws_opensearch_domain", {"access_policies": ex.allowing({"Principal": "*"}), "vpc_options": [{}]}, "lets everybody in"],
	["aws_ecr_repository_policy", allowed({"Principal": "*"}), "lets everybody in"],
]

test_denied if {
	every example in denied {
		ex.says(data.hipaa.exposure.deny, example[2]) with input as ex.planned([ex.made(example[0], example[1])])
	}
}

passing := [
	[ingress, {"cidr_ipv4": "10.0.0.0/8", "cidr_ipv6": null}],
	[ingress, {"cidr_ipv4": "100.64.0.0/10"}],
	[ingress, {"cidr_ipv4": "203.0.113.0/24"}],
	[ingress, {"cidr_ipv6": "fd00::/8"}],
	[ingress, {"cidr_ipv6": "2001:db8::/32"}],
	["aws_vpc_security_group_egress_rule", {"cidr_ipv4": "0.0.0.0/0"}],
	["aws_security_group_rule", {"type": "egress", "cidr_blocks": ["0.0.0.0/0"]}],
	["aws_security_group", {"ingress": null, "egress": [{"cidr_blocks": ["0.0.0.0/0"]}]}],
	["aws_eks_cluster", {"vpc_config": [{"endpoint_public_access": false}]}],
	["aws_eks_cluster", {"vpc_config": [{"endpoint_public_access": true, "public_access_cidrs": ["203.0.113.0/24"]}]}],
	["aws_opensearch_domain", {"vpc_options": [{"subnet_ids": ["a"]}]}],
	["aws_transfer_server", {"endpoint_type": "VPC"}],
	["aws_lambda_permission", {"principal": "*", "principal_org_id": "o-1"}],
	["aws_lambda_permission", {"principal": "s3.amazonaws.com"}],
	["aws_s3_bucket_acl", {"acl": "private"}],
	["aws_db_snapshot", {"shared_accounts": ["111122223333"]}],
	["aws_s3_bucket_policy", allowed({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}})],
	["aws_s3_bucket_policy", allowed({"Effect": "Deny", "Principal": "*"})],
	["aws_kms_key", allowed({"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"kms:CallerAccount": "111122223333"}}})],
	["aws_sqs_queue_policy", allowed({"Principal": "*", "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:*:111122223333:bucket"}}})],
	["aws_sns_topic_policy", allowed({"Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}})],
	["aws_sns_topic_policy", allowed({"Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.7", "2001:db8::1"]}}})],
	["aws_vpc_endpoint", allowed({"Principal": "*"})],
	["aws_sqs_queue_policy", {"policy": "no JSON"}],
]

test_passing if {
	every example in passing {
		count(data.hipaa.exposure.deny) == 0 with input as ex.planned([ex.made(example[0], example[1])])
	}
}

test_a_bucket_with_all_blocks_passes if {
	blocked := {"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true}
	block := ex.of_bucket("aws_s3_bucket_public_access_block", blocked)
	count(data.hipaa.exposure.deny) == 0 with input as ex.planned([ex.bucket, block])
}

test_an_exception_lets_in if {
	open := ex.planned([ex.made(ingress, {"cidr_ipv4": "0.0.0.0/0"})])
	count(data.hipaa.exposure.deny) == 0 with input as ex.excepted(open, ex.exception("hipaa.exposure", concat(".", [ingress, "this"])))
}

test_what_nobody_knows_is_denied if {
	ex.says(data.hipaa.exposure.deny, "only after the apply") with input as ex.late("aws_db_instance", {}, "publicly_accessible")
}

test_warned if {
	listed := ex.made("aws_ec2_managed_prefix_list", {"entry": [{"cidr": "0.0.0.0/0"}]})
	ex.says(data.hipaa.exposure.warn, "names everybody") with input as ex.planned([listed])
	entry := ex.made("aws_ec2_managed_prefix_list_entry", {"cidr": "::/1"})
	ex.says(data.hipaa.exposure.warn, "names everybody") with input as ex.planned([entry])
	ex.says(data.hipaa.exposure.warn, "lets in whom only the apply will tell") with input as ex.late(ingress, {}, "cidr_ipv4")
	ex.says(data.hipaa.exposure.warn, "whom its policy lets in") with input as ex.late("aws_sqs_queue_policy", {}, "policy")
}

test_not_warned if {
	listed := ex.made("aws_ec2_managed_prefix_list", {"entry": [{"cidr": "10.0.0.0/8"}]})
	count(data.hipaa.exposure.warn) == 0 with input as ex.planned([listed, ex.made(ingress, {"cidr_ipv4": "10.0.0.0/8"})])
	count(data.hipaa.exposure.warn) == 0 with input as ex.written(
		object.union(ex.made("aws_security_group", {}), {"change": {"after_unknown": {"ingress": true}}}),
		{},
	)
}
