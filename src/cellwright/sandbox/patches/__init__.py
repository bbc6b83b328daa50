"""Corrections of moto's models: each has a reason and a test.

A module here has the name of moto's module for a service, and is imported at the service's first call.
"""
