"""Evidence for an auditor: what was seen in a period, in a folder with digests, chain proof and signature."""
