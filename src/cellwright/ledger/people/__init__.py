"""People in the ledger: who they are, how they prove it, what they may do, and how they sign in."""
