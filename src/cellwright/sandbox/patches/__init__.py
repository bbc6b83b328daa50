"""Faults of moto's model, mended one by one: each with its reason, each with a test.

A module here is named as moto's own module for a service, and is read when that service gets its first call.
"""
