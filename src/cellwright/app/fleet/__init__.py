"""Looks at a fleet's settings: check, show, explain, graph, policy; and makes a new one."""
