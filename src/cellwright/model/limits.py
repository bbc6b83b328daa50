"""How large, deep and long what people write may be: every limit, with its reason, in one place.

What the operating system or Terraform limits (paths, variables, digits) stands where it is checked.

Each is far above what a fleet needs, and low enough that no file makes a command take more than some seconds
and 200 MB, or exhausts Python's stack. Whatever is over a limit is a finding with its place and what to do.
"""

# Settings: fleet.yaml, layers, cells' files

DOCUMENT_BYTES = 1_048_576
"""The largest settings document. Ten thousand lines are a tenth of it."""

DOCUMENT_DEPTH = 64
"""How deep a document may nest; no Terraform type comes near it."""

DOCUMENT_VALUES = 100_000
"""How many values (scalars, lists, mappings) a document may hold: each takes some hundred bytes."""

DOCUMENT_ALIASED = 10_000
"""How many values a document's aliases may stand for altogether: nine lines can stand for a billion."""

DOCUMENT_FAULTS = 50
"""After so many faults, reading a document stops."""

LEVEL_LAYERS = 100
"""How many layers a level may have: each cell merges all of them."""

RESOLVED_SIZE = 4_000_000
"""How much the references of one cell may bring altogether, in characters of JSON about: 28 lines that each
name the one before twice stand for a quarter of a billion."""

RESOLVED_DEPTH = 64
"""How deep a value may nest that a reference brings."""

RESOLVING_DEPTH = 240
"""How deep values may nest while they are resolved, the keys on the way that refer to others counted in."""

REFERENCE_CHAIN = 50
"""How many keys a reference may lead through, each of which refers to the next."""

# Stacks: Terraform's files

CODE_BYTES = 4 * 1024 * 1024
"""The largest file of code (`*.tf`, `*.tofu`, `*.tf.json`) or of values. A thousand lines are a hundredth."""

CODE_TOKENS = 600_000
"""How many words and signs such a file may have: each takes some hundred bytes while it is read."""

CODE_DEPTH = 100
"""How deep brackets, blocks, templates and conditionals may nest."""

CODE_STEPS = 1_000
"""How many attributes and indexes may follow a name: `a.b[0].c`."""

TREE_DEPTH = 100
"""How deep folders may lie within each other in a stack."""

LOCAL_CHAIN = 50
"""How many locals are followed, each naming the next, where a module's source is made of them."""

EARLY_PARTS = 10_000
"""Of how many parts such a source may consist: locals that name others twice double them."""

# Policies

POLICY_BYTES = 1_048_576
"""The largest `*.rego` file."""

# What Terraform writes

PLAN_BYTES = 64 * 1024 * 1024
"""The largest saved plan, unpacked, that is read without the binary; a larger one is left to `show -json`."""

SAVED_PLANS_BYTES = 4 * 1024**3
"""What a file of `plan -o` may unpack to: a small archive may claim to hold any amount."""

SAVED_PLANS_LIST_BYTES = 64 * 1024 * 1024
"""The largest list of units in such a file."""

# What is kept of a plan, to be shown and approved

PLAN_VALUE = 256 * 1024
"""The longest value, in characters, that is kept whole; of a longer one what differs is kept."""

PLAN_VALUES = 1024 * 1024
"""How many characters of values are kept of one plan; once they are used up, long values are cut as well."""

# What is stored of a run's progress

PROGRESS_TEXT = 4_000
"""The longest message, in characters; what is longer is cut. The unit's log has it whole."""

PROGRESS_DIAGNOSTICS = 50
"""How many of a unit's diagnostics are stored with its outcome."""

PROGRESS_PLAN = 4 * 1024 * 1024
"""The largest plan that is stored attribute by attribute; of a larger one, resources and counts are."""

PROGRESS_OF_UNIT = 2_000
"""How many messages and resources' steps of one unit in one run are stored; its phases always are."""

PROGRESS_STILL_SECONDS = 30.0
"""How often it is stored that a resource still takes its time; Terraform says so every ten seconds."""

PROGRESS_WAITING = 20_000
"""How many events wait for a ledger that does not answer; further ones are not stored."""
