# METADATA
# title: Data is backed up, and backups are kept
# custom:
#   clause: 45 CFR 164.308(a)(7)(ii)(A)
#   advice: switch backups or versions on, and leave them on
package hipaa.backups

import data.hipaa.exceptions
import data.hipaa.plan
import rego.v1

days_needed := 7

# What keeps backups by itself, and the attribute that says for how many days.
backed_up := {
	"aws_db_instance": "backup_retention_period",
	"aws_rds_cluster": "backup_retention_period",
	"aws_docdb_cluster": "backup_retention_period",
	"aws_neptune_cluster": "backup_retention_period",
	"aws_redshift_cluster": "automated_snapshot_retention_period",
	"aws_memorydb_cluster": "snapshot_retention_limit",
	"aws_fsx_windows_file_system": "automatic_backup_retention_days",
	"aws_fsx_ontap_file_system": "automatic_backup_retention_days",
	"aws_fsx_openzfs_file_system": "automatic_backup_retention_days",
}

databases := [r |
	some kind in object.keys(backed_up)
	some r in plan.of_type(kind)
	not in_cluster(r)
]

in_cluster(r) if {
	r.type == "aws_db_instance"
	startswith(plan.text(r.change.after, "engine"), "aurora")
}

deny contains plan.finding(r, sprintf("keeps backups for less than %d days", [days_needed])) if {
	some r in databases
	key := backed_up[r.type]
	not plan.pending(r, key)
	not long_enough(r, key)
}

long_enough(r, key) if r.change.after[key] >= days_needed

# An instance that follows another one has its backups there.
long_enough(r, _) if plan.given(r, "replicate_source_db")

warn contains plan.finding(r, "keeps backups for a time that only the apply will tell; it is judged at the next plan") if {
	some r in databases
	plan.pending(r, backed_up[r.type])
}

deny contains plan.finding(r, sprintf("leaves no snapshot when it goes: `%s` is on", [key])) if {
	some r in databases
	some key in ["skip_final_snapshot", "skip_final_backup"]
	skips(r, key)
}

skips(r, key) if plan.on(r.change.after, key)

skips(r, key) if plan.unknown(r, key)

guarded := {"aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"}

deny contains plan.finding(r, "can be deleted by accident: `deletion_protection` is not on") if {
	some r in databases
	r.type in guarded
	not r.change.after.deletion_protection == true
	not exceptions.granted("hipaa.backups", r.address)
}

deny contains plan.finding(bucket, "does not keep old versions of objects") if {
	some bucket in plan.of_type("aws_s3_bucket")
	not versioned(bucket)
}

versioned(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_versioning")
	some block in plan.blocks(c.change.after, "versioning_configuration")
	block.status == "Enabled"
}

deny contains plan.finding(c, sprintf("removes old versions of objects after less than %d days", [days_needed])) if {
	some c in plan.of_type("aws_s3_bucket_lifecycle_configuration")
	some rule in plan.blocks(c.change.after, "rule")
	rule.status == "Enabled"
	some block in plan.blocks(rule, "noncurrent_version_expiration")
	is_number(block.noncurrent_days)
	block.noncurrent_days < days_needed
}

deny contains plan.finding(table, "has no point-in-time recovery") if {
	some table in plan.of_type("aws_dynamodb_table")
	not recoverable(table)
}

recoverable(table) if {
	some block in plan.blocks(table.change.after, "point_in_time_recovery")
	block.enabled == true
}

deny contains plan.finding(table, "has a replica without point-in-time recovery") if {
	some table in plan.of_type("aws_dynamodb_table")
	some replica in plan.blocks(table.change.after, "replica")
	not replica.point_in_time_recovery == true
}

deny contains plan.finding(r, "is not backed up: `status` is DISABLED") if {
	some r in plan.of_type("aws_efs_backup_policy")
	some block in plan.blocks(r.change.after, "backup_policy")
	block.status != "ENABLED"
}

# A vault or a plan alone holds nothing that is not backed up elsewhere; what they would do, is no longer done.
deny contains plan.finding(r, sprintf("would be %s, and no more backups made by it", [plan.fate(r)])) if {
	some r in plan.lost
	r.type in {
		"aws_backup_plan", "aws_backup_selection", "aws_backup_vault_lock_configuration", "aws_efs_backup_policy",
		"aws_db_instance_automated_backups_replication", "aws_dlm_lifecycle_policy",
	}
	not "create" in r.change.actions
	not exceptions.granted("hipaa.backups", r.address)
}
