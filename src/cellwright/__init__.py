"""Cellwright: a control plane for cell architectures on Terraform and OpenTofu."""

__version__ = "0.1.0"
