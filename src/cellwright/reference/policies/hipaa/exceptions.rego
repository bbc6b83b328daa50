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
# title: Exceptions that are used are shown
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
	named(e.person)
	named(e.reason)
	regex.match(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, e.until)
	e.until >= input.cellwright.today
]

# A resource's address, or `*` for all of the stack.
means(resource, address) if resource == address

means("*", _) := true

named(text) if {
	is_string(text)
	trim_space(text) != ""
}

granted(rule, address) if count(holding(rule, address)) > 0

said(e) := concat("", [e.person, " answers for it until ", e.until, ": ", e.reason])

used contains {"msg": text, "resource": r.address} if {
	some r in input.resource_changes
	some rule in ["hipaa.backups", "hipaa.destruction", "hipaa.exposure"]
	some e in holding(rule, r.address)
	text := concat("", [r.address, " is exempt from ", rule, ": ", said(e)])
}

warn contains item if some item in used
