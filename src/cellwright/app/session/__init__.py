"""A fleet opened once: its settings, stacks, policies, ledger and toolchain."""
