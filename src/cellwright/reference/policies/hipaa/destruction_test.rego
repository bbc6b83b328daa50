package hipaa.destruction_test

import data.hipaa.destruction
import data.hipaa.examples_test as ex
import data.hipaa.exceptions
import rego.v1

bucket := {
	"address": "aws_s3_bucket.this",
	"mode": "managed",
	"type": "aws_s3_bucket",
	"name": "this",
	"change": {"actions": ["delete"], "before": {}, "after": null},
}

exception := {
	"rule": "hipaa.destruction",
	"stack": "storage",
	"resource": "aws_s3_bucket.this",
	"person": "Ada Example",
	"reason": "the client left, data handed over",
	"until": "2026-12-31",
}

plan_with(given, today) := {
	"resource_changes": [bucket],
	"cellwright": {"stack": "storage", "operation": "destroy", "exceptions": given, "today": today},
}

test_denied_without_an_exception if {
	count(destruction.deny) == 1 with input as plan_with([], "2026-11-22")
}

test_passes_with_an_exception if {
	count(destruction.deny) == 0 with input as plan_with([exception], "2026-12-31")
}

test_an_exception_that_passes_is_shown if {
	count(exceptions.warn) == 1 with input as plan_with([exception], "2026-12-31")
}

test_denied_when_the_exception_has_ended if {
	count(destruction.deny) == 1 with input as plan_with([exception], "2027-01-01")
}

test_denied_when_nobody_answers_for_it if {
	nobody := object.union(exception, {"person": " "})
	count(destruction.deny) == 1 with input as plan_with([nobody], "2026-11-22")
}

test_denied_without_a_reason if {
	silent := object.remove(exception, ["reason"])
	count(destruction.deny) == 1 with input as plan_with([silent], "2026-11-22")
}

test_denied_without_a_date if {
	endless := object.union(exception, {"until": "never"})
	count(destruction.deny) == 1 with input as plan_with([endless], "2026-11-22")
}

test_denied_for_another_resource if {
	other := object.union(exception, {"resource": "aws_s3_bucket.other"})
	count(destruction.deny) == 1 with input as plan_with([other], "2026-11-22")
}

test_denied_for_another_stack if {
	other := object.union(exception, {"stack": "database"})
	count(destruction.deny) == 1 with input as plan_with([other], "2026-11-22")
}

test_a_replacement_is_a_loss_too if {
	replaced := object.union(bucket, {"change": {"actions": ["create", "delete"], "before": {}, "after": {}}})
	plan := {"resource_changes": [replaced], "cellwright": {"stack": "storage", "exceptions": []}}
	some finding in destruction.deny with input as plan
	contains(finding.msg, "replaced")
}

test_an_exception_may_mean_the_whole_stack if {
	whole := object.union(exception, {"resource": "*"})
	count(destruction.deny) == 0 with input as plan_with([whole], "2026-12-31")
}

test_an_exception_for_another_whole_stack_means_nothing if {
	other := object.union(exception, {"resource": "*", "stack": "database"})
	count(destruction.deny) == 1 with input as plan_with([other], "2026-12-31")
}

test_an_address_with_quotes_can_be_said if {
	quoted := object.union(bucket, {"address": `aws_s3_bucket.this["a"]`})
	some finding in destruction.deny with input as object.union(
		plan_with([], "2026-11-22"),
		{"resource_changes": [quoted]},
	)
	startswith(finding.msg, `aws_s3_bucket.this["a"] would be`)
}

test_every_kind_of_store_counts if {
	every kind in [
		"aws_fsx_windows_file_system", "aws_fsx_ontap_volume", "aws_docdb_cluster", "aws_redshiftserverless_namespace",
		"aws_memorydb_cluster", "aws_kinesis_stream", "aws_ebs_snapshot", "aws_backup_vault", "aws_secretsmanager_secret",
		"aws_kms_external_key", "aws_s3tables_table",
	] {
		every actions in [["delete"], ["delete", "create"], ["create", "delete"], ["forget"], ["create", "forget"]] {
			count(destruction.deny) == 1 with input as ex.planned([ex.changed(kind, actions, {})])
		}
		count(destruction.deny) == 0 with input as ex.planned([ex.changed(kind, ["update"], {})])
	}
}

test_a_secret_parameter_is_a_store if {
	count(destruction.deny) == 1 with input as ex.planned([ex.changed("aws_ssm_parameter", ["delete"], {"type": "SecureString"})])
	count(destruction.deny) == 0 with input as ex.planned([ex.changed("aws_ssm_parameter", ["delete"], {"type": "String"})])
}

test_a_key_that_is_switched_off_is_denied if {
	count(destruction.deny) == 1 with input as ex.planned([ex.made("aws_kms_key", {"is_enabled": false})])
	count(destruction.deny) == 1 with input as ex.planned([ex.made("aws_kms_replica_key", {"enabled": false})])
	count(destruction.deny) == 0 with input as ex.planned([ex.made("aws_kms_key", {"is_enabled": true})])
}

test_data_that_moves_out_of_sight_is_denied if {
	moved := object.union(ex.made("terraform_data", {}), {"previous_address": "module.a.aws_s3_bucket.this"})
	count(destruction.deny) == 1 with input as ex.planned([moved])
	renamed := object.union(ex.made("aws_s3_bucket", {}), {"previous_address": "aws_s3_bucket.old"})
	count(destruction.deny) == 0 with input as ex.planned([renamed])
}
