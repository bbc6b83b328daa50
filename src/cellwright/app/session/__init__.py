"""One fleet, opened: settings, ledger, policies, toolchain."""
