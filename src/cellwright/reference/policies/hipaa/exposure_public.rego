# What belongs to the public: buckets, objects, images, copies of disks and databases, and policies that let all in.
package hipaa.exposure

import data.hipaa.exceptions
import data.hipaa.iam
import data.hipaa.plan
import rego.v1

blocks_needed := ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]

deny contains plan.finding(bucket, "may become public: not all four blocks against that are on") if {
	some bucket in plan.of_type("aws_s3_bucket")
	not blocked(bucket)
}

blocked(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_public_access_block")
	every key in blocks_needed {
		c.change.after[key] == true
	}
}

deny contains plan.finding(r, sprintf("lets buckets become public: `%s` is off", [key])) if {
	some r in plan.of_type("aws_s3_account_public_access_block")
	some key in blocks_needed
	not r.change.after[key] == true
}

deny contains plan.finding(r, sprintf("lets what is behind it become public: `%s` is off", [key])) if {
	some r in plan.of_types({"aws_s3_access_point", "aws_s3control_multi_region_access_point"})
	some outer in array.concat([r.change.after], plan.blocks(r.change.after, "details"))
	some name in ["public_access_block_configuration", "public_access_block"]
	some block in plan.blocks(outer, name)
	some key in blocks_needed
	block[key] == false
}

deny contains plan.finding(r, sprintf("is public: its ACL is %s", [r.change.after.acl])) if {
	some r in plan.of_types({
		"aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy",
	})
	r.change.after.acl in {"public-read", "public-read-write", "authenticated-read"}
}

deny contains plan.finding(r, sprintf("is public: it grants something to %s", [group])) if {
	some r in plan.of_types({"aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_object_copy"})
	walk(r.change.after, [_, value])
	is_string(value)
	some group in ["AllUsers", "AuthenticatedUsers"]
	endswith(value, concat("", ["acs.amazonaws.com/groups/global/", group]))
}

deny contains plan.finding(r, "is given to everybody") if {
	some r in plan.standing
	some key in ["group", "account_id", "shared_accounts", "restorable_by_user_ids"]
	r.type in {
		"aws_ami_launch_permission", "aws_snapshot_create_volume_permission", "aws_db_snapshot",
		"aws_db_snapshot_copy", "aws_db_cluster_snapshot", "aws_rds_cluster_snapshot_copy",
	}
	some who in plan.values(r.change.after, key)
	is_string(who)
	lower(who) == "all"
}

deny contains plan.finding(r, "lets copies of disks be given to everybody") if {
	some r in plan.of_type("aws_ebs_snapshot_block_public_access")
	r.change.after.state == "unblocked"
}

# Only its VPC reaches a VPC endpoint, whatever its policy says.
deny contains plan.finding(r, "lets everybody in by its policy") if {
	some r in plan.standing
	not r.type in {"aws_vpc_endpoint", "aws_vpc_endpoint_policy"}
	some key in iam.resource_policies
	some statement in iam.statements(r.change.after[key])
	statement.Effect == "Allow"
	iam.everyone(statement)
	not iam.restricted(statement)
	not exceptions.granted("hipaa.exposure", r.address)
}

# Policies of buckets are waited for by `hipaa.transport`, those of roles by `hipaa.privilege`.
warn contains plan.finding(r, "can't be read before the apply; whom its policy lets in is judged at the next plan") if {
	some r in plan.standing
	not startswith(r.type, "aws_iam_")
	not r.type in {"aws_vpc_endpoint", "aws_vpc_endpoint_policy", "aws_s3_bucket_policy"}
	some key in iam.resource_policies
	plan.pending(r, key)
}
