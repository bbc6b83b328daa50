"""Which actions of IAM the provider needs for each type of resource.

`calls.json` was made from what the AWS provider really called while the reference fleet was applied to the
emulated AWS (its own log names each call and the type of resource that it is for), with the opposite of each
call that creates; what can't be applied there was written from the provider's documentation, and what version
6 calls besides (tags of buckets) from its list of changes. A type that is not in it fails a test: add it.
"""

import json
from collections.abc import Mapping
from pathlib import Path

CALLS: Mapping[str, list[str]] = json.loads(Path(__file__).with_name("calls.json").read_text())
"""Actions by type of resource."""
