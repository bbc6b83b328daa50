# METADATA
# title: There is an exact copy to go back to
# custom:
#   clause: 45 CFR 164.308(a)(7)(ii)(A)
#   advice: switch backups or versions on, and leave them on
package hipaa.backups

import data.hipaa.exceptions
import data.hipaa.plan
import rego.v1

days_needed := 7

databases := [r |
	some r in plan.of_types({"aws_db_instance", "aws_rds_cluster"})
	not in_cluster(r)
]

in_cluster(r) if {
	r.type == "aws_db_instance"
	startswith(object.get(r.change.after, "engine", ""), "aurora")
}

deny contains plan.finding(r, sprintf("keeps backups for less than %d days", [days_needed])) if {
	some r in databases
	not plan.unknown(r, "backup_retention_period")
	not long_enough(r)
}

long_enough(r) if r.change.after.backup_retention_period >= days_needed

# An instance that follows another one has its backups there.
long_enough(r) if not plan.blank(object.get(r.change.after, "replicate_source_db", null))

deny contains plan.finding(r, "leaves no snapshot when it goes: `skip_final_snapshot` is on") if {
	some r in databases
	r.change.after.skip_final_snapshot == true
}

deny contains plan.finding(r, "can be deleted by accident: `deletion_protection` is not on") if {
	some r in databases
	not r.change.after.deletion_protection == true
	not exceptions.granted("hipaa.backups", r.address)
}

deny contains plan.finding(bucket, "does not keep old versions of objects") if {
	some bucket in plan.of_type("aws_s3_bucket")
	not versioned(bucket)
}

versioned(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_versioning")
	some block in c.change.after.versioning_configuration
	block.status == "Enabled"
}

deny contains plan.finding(table, "has no point-in-time recovery") if {
	some table in plan.of_type("aws_dynamodb_table")
	not recoverable(table)
}

recoverable(table) if {
	some block in table.change.after.point_in_time_recovery
	block.enabled == true
}
