"""Who may do what: people, roles, and the proofs that somebody is who they say."""
