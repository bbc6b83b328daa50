# Small plans for the tests of this pack.
package hipaa.examples_test

import rego.v1

unit := {
	"fleet": "medloop", "unit": "client/acme/app", "level": "client", "cell": "acme", "stack": "app",
	"operation": "apply", "exceptions": [], "references": [], "today": "2026-12-01",
	"client_levels": ["client"], "placements": ["base/prod-use1"],
}

# A plan of these changes.
planned(changes) := {"resource_changes": changes, "cellwright": unit}

# A resource that is made with these values.
made(kind, after) := {
	"address": concat(".", [kind, "this"]), "mode": "managed", "type": kind, "name": "this",
	"change": {"actions": ["create"], "before": null, "after": after, "after_unknown": {}},
}

# One that is made with a value that only the apply will tell, taken from another resource.
late(kind, after, key) := {
	"resource_changes": [object.union(made(kind, after), {"change": {"after_unknown": {key: true}}})],
	"cellwright": unit,
	"configuration": {"root_module": {"resources": [{
		"address": concat(".", [kind, "this"]), "mode": "managed", "type": kind, "name": "this",
		"expressions": {key: {"references": ["aws_kms_key.this.arn", "aws_kms_key.this"]}},
	}]}},
}

# One whose source says this, whatever AWS makes of it.
written(change, expressions) := {
	"resource_changes": [change],
	"cellwright": unit,
	"configuration": {"root_module": {"resources": [{
		"address": change.address, "mode": "managed", "type": change.type, "name": change.name,
		"expressions": expressions,
	}]}},
	"variables": {"key": {"value": null}, "own_key": {"value": "arn:aws:kms:us-east-1:1:key/a"}},
}

# One to which something else happens.
changed(kind, actions, before) := {
	"address": concat(".", [kind, "this"]), "mode": "managed", "type": kind, "name": "this",
	"change": {"actions": actions, "before": before, "after": null, "after_unknown": {}},
}

exception(rule, resource) := {
	"rule": rule, "stack": "app", "resource": resource, "person": "Ada Example", "reason": "tested",
	"until": "2026-12-31",
}

excepted(plan, exception_) := object.union(plan, {"cellwright": object.union(unit, {"exceptions": [exception_]})})

# A bucket, and what belongs to it.
bucket := made("aws_s3_bucket", {"bucket": "medloop-acme"})

of_bucket(kind, after) := made(kind, object.union({"bucket": "medloop-acme"}, after))

allowing(statement) := json.marshal({"Version": "2012-10-17", "Statement": [object.union({"Effect": "Allow"}, statement)]})

# One of the findings says this.
says(findings, text) if {
	some found in findings
	contains(found.msg, text)
}
