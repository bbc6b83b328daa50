# Exceptions stand in the cell's own file, reviewed like everything there:
#
#   exceptions:
#     - rule: hipaa.destruction
#       stack: database
#       resource: aws_db_instance.this
#       person: Ada Example
#       reason: moved to the new cluster, restore tested
#       until: 2026-12-31
#
# `resource: "*"` means all resources of the stack, as when a client leaves.
#
# METADATA
# title: Every exception that is used is shown
# custom:
#   clause: 45 CFR 164.316(b)(1)(ii)
#   advice: remove it when what it was for is done
package hipaa.exceptions

import rego.v1

# The exceptions that hold today for a resource under a rule.
holding(rule, address) := [e |
	some e in input.cellwright.exceptions
	e.rule == rule
	means(e.resource, address)
	e.stack == input.cellwright.stack
	answered(e)
	e.until >= input.cellwright.today
]

# Somebody answers for it, says why, and until when. `cellwright check` tells more of what a date is.
answered(e) if {
	named(e.person)
	named(e.reason)
	is_string(e.until)
	regex.match(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`, e.until)
}

# A resource's address, or `*` for all of the stack.
means(resource, address) if resource == address

means(resource, _) if resource == "*"

named(text) if {
	is_string(text)
	trim_space(text) != ""
}

granted(rule, address) if count(holding(rule, address)) > 0

said(e) := concat("", [e.person, " answers for it until ", e.until, ": ", e.reason])

# The rules that take exceptions, and what each may be about besides the plan's resources.
rules := ["hipaa.audit", "hipaa.backups", "hipaa.destruction", "hipaa.exposure", "hipaa.isolation", "hipaa.unseen"]

warn contains {"msg": text, "resource": r.address} if {
	some r in object.get(input, "resource_changes", [])
	some rule in rules
	some e in holding(rule, r.address)
	e.resource != "*"
	text := concat("", [r.address, " is exempt from ", rule, ": ", said(e)])
}

# Once, however many resources it means.
warn contains {"msg": text, "resource": ""} if {
	count(object.get(input, "resource_changes", [])) > 0
	some rule in rules
	some e in holding(rule, "*")
	text := concat("", ["every resource of ", e.stack, " is exempt from ", rule, ": ", said(e)])
}

warn contains {"msg": text, "resource": e.resource} if {
	some rule in ["hipaa.isolation", "hipaa.unseen"]
	some e in input.cellwright.exceptions
	count(holding(rule, e.resource)) > 0
	text := concat("", [e.resource, " is exempt from ", rule, ": ", said(e)])
}

warn contains {"msg": text, "resource": e.resource} if {
	some e in input.cellwright.exceptions
	e.rule in rules
	e.stack == input.cellwright.stack
	answered(e)
	e.until < input.cellwright.today
	text := concat("", ["the exception from ", e.rule, " for ", e.resource, " ended on ", e.until, " and counts no more"])
}

warn contains {"msg": text, "resource": e.resource} if {
	some e in input.cellwright.exceptions
	e.rule in rules
	e.stack == input.cellwright.stack
	not answered(e)
	text := concat("", ["the exception from ", e.rule, " for ", e.resource, " does not count: `person`, `reason` and `until` have to be given, `until` as a date"])
}
