"""The relay: a process between Terraform and its providers that answers repeated start-up calls from memory.

`client` is Cellwright's part (when to use the relay, how to start it and ask it for a grant), `daemon` is the
relay's own process, `http2` the connections that it has with Terraform and with providers.
"""
