package hipaa.exceptions_test

import data.hipaa.examples_test as ex
import data.hipaa.exceptions
import rego.v1

gone := ex.planned([ex.changed("aws_s3_bucket", ["delete"], {})])

with_one(change) := ex.excepted(gone, object.union(ex.exception("hipaa.destruction", "aws_s3_bucket.this"), change))

test_one_that_is_used_is_shown if {
	ex.says(exceptions.warn, "is exempt from hipaa.destruction: Ada Example") with input as with_one({})
}

test_one_for_a_whole_stack_is_shown_once if {
	two := ex.planned([ex.changed("aws_s3_bucket", ["delete"], {}), ex.changed("aws_sqs_queue", ["delete"], {})])
	plan := ex.excepted(two, ex.exception("hipaa.destruction", "*"))
	ex.says(exceptions.warn, "every resource of app is exempt from hipaa.destruction") with input as plan
	count(exceptions.warn) == 1 with input as plan
}

test_one_about_no_resource_is_shown if {
	plan := ex.excepted(ex.planned([]), ex.exception("hipaa.isolation", "client/globex/app"))
	ex.says(exceptions.warn, "client/globex/app is exempt from hipaa.isolation") with input as plan
}

test_one_that_ended_is_named if {
	ex.says(exceptions.warn, "ended on 2026-11-30") with input as with_one({"until": "2026-11-30"})
	not exceptions.granted("hipaa.destruction", "aws_s3_bucket.this") with input as with_one({"until": "2026-11-30"})
}

test_one_that_is_not_whole_is_named if {
	every change in [{"until": "9999-99-99"}, {"until": "2026-1-1"}, {"until": 20261231}, {"person": ""}, {"reason": null}] {
		ex.says(exceptions.warn, "does not count") with input as with_one(change)
		not exceptions.granted("hipaa.destruction", "aws_s3_bucket.this") with input as with_one(change)
	}
}

test_nothing_is_said_of_another_stack if {
	count(exceptions.warn) == 0 with input as with_one({"stack": "database"})
}
