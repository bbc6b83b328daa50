package hipaa.backups_test

import data.hipaa.backups
import rego.v1

database := {
	"address": "aws_db_instance.this",
	"mode": "managed",
	"type": "aws_db_instance",
	"name": "this",
	"change": {
		"actions": ["update"],
		"before": {},
		"after": {"backup_retention_period": 35, "deletion_protection": false, "skip_final_snapshot": false},
		"after_unknown": {},
	},
}

exception := {
	"rule": "hipaa.backups",
	"stack": "database",
	"resource": "aws_db_instance.this",
	"person": "Ada Example",
	"reason": "the client leaves",
	"until": "2026-12-31",
}

unprotected(given) := {
	"resource_changes": [database],
	"cellwright": {"stack": "database", "operation": "apply", "exceptions": given, "today": "2026-12-01"},
}

test_unprotected_is_denied if {
	count(backups.deny) == 1 with input as unprotected([])
}

test_protection_may_be_taken_off_by_an_exception if {
	count(backups.deny) == 0 with input as unprotected([exception])
}
