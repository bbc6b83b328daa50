package hipaa.tags_test

import data.hipaa.examples_test as ex
import data.hipaa.tags
import rego.v1

right := {
	"Client": "acme", "Cell": "acme", "Fleet": "medloop", "Level": "client", "Stack": "app", "ManagedBy": "cellwright",
}

queue(found) := ex.planned([ex.made("aws_sqs_queue", {"tags_all": found})])

test_right_tags_pass if {
	count(tags.deny) == 0 with input as queue(right)
	count(tags.warn) == 0 with input as queue(right)
}

test_what_has_no_tags_passes if {
	count(tags.deny) == 0 with input as ex.planned([ex.made("aws_iam_role_policy", {})])
}

test_missing_tags_are_denied if {
	ex.says(tags.deny, "lacks the tags Client") with input as queue(object.remove(right, ["Client"]))
	ex.says(tags.deny, "lacks the tags Client") with input as queue(object.union(right, {"Client": ""}))
	ex.says(tags.deny, "lacks the tags Client, Cell") with input as queue(null)
}

test_tags_of_something_else_are_denied if {
	every name in ["Cell", "Fleet", "Level", "Stack"] {
		ex.says(tags.deny, "is tagged with another") with input as queue(object.union(right, {name: "other"}))
	}
}

test_tags_that_are_not_known_are_warned_of if {
	ex.says(tags.warn, "only the apply") with input as ex.late("aws_sqs_queue", {}, "tags_all")
	part := object.union(
		ex.made("aws_sqs_queue", {"tags_all": object.remove(right, ["Client"])}),
		{"change": {"after_unknown": {"tags_all": {"Client": true}}}},
	)
	ex.says(tags.warn, "only the apply") with input as ex.planned([part])
	count(tags.deny) == 0 with input as ex.planned([part])
}
