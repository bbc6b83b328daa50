"""HCL expressions, evaluated: names, operations, collections, templates, functions."""
