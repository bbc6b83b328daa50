# METADATA
# title: No way in from everywhere
# custom:
#   clause: 45 CFR 164.312(a)(1)
#   advice: name who may come in, and keep the public out
package hipaa.exposure

import data.hipaa.exceptions
import data.hipaa.plan
import rego.v1

anywhere := {"0.0.0.0/0", "::/0"}

deny contains plan.finding(r, sprintf("lets in everybody (%s)", [source])) if {
	some r in plan.standing
	some source in sources(r)
	source in anywhere
	not exceptions.granted("hipaa.exposure", r.address)
}

sources(r) := [source |
	some key in ["cidr_ipv4", "cidr_ipv6"]
	source := r.change.after[key]
] if {
	r.type == "aws_vpc_security_group_ingress_rule"
} else := [source |
	r.change.after.type == "ingress"
	some key in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in r.change.after[key]
] if {
	r.type == "aws_security_group_rule"
} else := [source |
	some block in r.change.after.ingress
	some key in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in block[key]
] if {
	r.type in {"aws_security_group", "aws_default_security_group"}
} else := []

deny contains plan.finding(r, "can be reached from the internet: `publicly_accessible` is on") if {
	some r in plan.standing
	r.change.after.publicly_accessible == true
}

deny contains plan.finding(bucket, "may become public: not all four blocks against that are on") if {
	some bucket in plan.of_type("aws_s3_bucket")
	not blocked(bucket)
}

blocked(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_public_access_block")
	every key in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"] {
		c.change.after[key] == true
	}
}

deny contains plan.finding(r, sprintf("is public: its ACL is %s", [r.change.after.acl])) if {
	some r in plan.of_types({"aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_object"})
	r.change.after.acl in {"public-read", "public-read-write", "authenticated-read"}
}

# Only its VPC reaches a VPC endpoint, whatever its policy says.
deny contains plan.finding(r, "lets everybody in by its policy") if {
	some r in plan.standing
	r.type != "aws_vpc_endpoint"
	some statement in plan.statements(r.change.after.policy)
	statement.Effect == "Allow"
	plan.everyone(statement)
	not statement.Condition
}
