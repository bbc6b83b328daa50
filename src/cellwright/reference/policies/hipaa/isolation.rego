# METADATA
# title: Nothing of one client names anything of another
# custom:
#   clause: 45 CFR 164.312(a)(1)
#   advice: give it a resource of its own, or one that all clients share
package hipaa.isolation

import data.hipaa.plan
import rego.v1

client if input.cellwright.level == "client"

# An output of another client's unit, taken as an input.
deny contains {"msg": sprintf("takes an output of another client: %s", [other])} if {
	client
	some other in input.cellwright.references
	parts := split(other, "/")
	parts[0] == "client"
	parts[1] != input.cellwright.cell
}

# Names of this fleet's form: /clients/NAME/.. and client-NAME-...
deny contains plan.finding(r, sprintf("names something of another client (%s)", [other])) if {
	client
	some r in plan.standing
	walk(r.change.after, [_, text])
	is_string(text)
	some other in foreign(text)
}

foreign(text) := {name |
	some match in regex.find_all_string_submatch_n(`(?:^|[/:"])clients/([a-z0-9-]+)`, text, -1)
	name := match[1]
	name != input.cellwright.cell
} | {name |
	some match in regex.find_all_string_submatch_n(`(?:^|[/:"])client-([a-z0-9-]+)`, text, -1)
	name := match[1]
	name != input.cellwright.cell
	not startswith(name, concat("", [input.cellwright.cell, "-"]))
}

deny contains plan.finding(r, sprintf("is tagged as another client's: %s", [owner])) if {
	client
	some r in plan.standing
	owner := r.change.after.tags_all.Client
	owner != input.cellwright.cell
}
