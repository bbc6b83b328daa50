"""The one door to Rego: policies evaluated in a process of their own."""
