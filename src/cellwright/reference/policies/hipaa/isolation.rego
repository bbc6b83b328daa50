# METADATA
# title: Resources of one client refer to none of another
# custom:
#   clause: 45 CFR 164.312(a)(1)
#   advice: >-
#     give it a resource of its own, or one that all clients share; where a renamed client keeps a resource with its former name,
#     write an exception for it into the client's file
package hipaa.isolation

import data.hipaa.exceptions
import data.hipaa.plan
import rego.v1

# The levels whose cells belong to clients, whatever they are called.
client_levels := object.get(input.cellwright, "client_levels", ["client"])

client if input.cellwright.level in client_levels

# The cell, and those in which it is placed: what is theirs is its own.
own_cells := array.concat(
	[concat("/", [input.cellwright.level, input.cellwright.cell])],
	object.get(input.cellwright, "placements", []),
)

own_names := [name | some cell in own_cells; parts := split(cell, "/"); name := parts[1]]

# An output of another client's unit, taken as an input.
deny contains {"msg": sprintf("takes an output of another client: %s", [other]), "resource": other} if {
	client
	some other in input.cellwright.references
	parts := split(other, "/")
	parts[0] in client_levels
	not concat("/", [parts[0], parts[1]]) in own_cells
	not exceptions.granted("hipaa.isolation", other)
}

deny contains plan.finding(r, sprintf("names something of another client (%s)", [other])) if {
	client
	some r in array.concat(plan.standing, reads)
	walk(r.change.after, [_, value])
	is_string(value)
	some other in foreign(value)
	not exceptions.granted("hipaa.isolation", r.address)
}

# Data sources are in the plan's changes only if they are read during the apply; those that were read for the plan are
# in the state before it.
reads := array.concat(read_late, read_before)

read_late := [r | some r in plan.changes; r.mode == "data"]

read_before := [{"address": r.address, "change": {"after": r.values}} |
	walk(object.get(input, "prior_state", {}), [_, r])
	is_object(r)
	r.mode == "data"
	r.values
]

spelt := array.concat(client_levels, ["client"])

# Names of the forms that the fleet's stacks write, for each level of clients: /clients/NAME/.. and client-NAME-...
foreign(text) := {name |
	some level in spelt
	some match in regex.find_all_string_submatch_n(concat("", [`(?:^|[/:"])`, level, `s?/([a-z0-9-]+)`]), text, -1)
	name := match[1]
	not name in own_names
} | {name |
	some level in spelt
	some match in regex.find_all_string_submatch_n(concat("", [`(?:^|[/:"])`, level, `-([a-z0-9-]+)`]), text, -1)
	name := match[1]
	not is_own(name)
}

is_own(name) if name in own_names

is_own(name) if {
	some own in own_names
	startswith(name, concat("", [own, "-"]))
}

deny contains plan.finding(r, sprintf("is tagged as another client's: %s", [owner])) if {
	client
	some r in plan.standing
	some key in ["tags_all", "tags"]
	some name, owner in plan.fields(r.change.after, key)
	lower(name) == "client"
	is_string(owner)
	not owner in own_names
	owner != "shared"
	not exceptions.granted("hipaa.isolation", r.address)
}
