"""Blocks and arguments that came with newer releases; the contract suite asks the programs about each."""

from collections.abc import Mapping

CASES: Mapping[str, str] = {
    "a deprecated variable": 'variable "a" {\n default = 1\n deprecated = "Use b."\n}\n',
    "a deprecated output": 'output "a" {\n value = 1\n deprecated = "Use b."\n}\n',
    "an output's type": 'output "a" {\n value = "1"\n type = number\n}\n',
    "a const variable": 'variable "a" {\n default = 1\n const = true\n}\n',
    "an ephemeral variable": 'variable "a" {\n default = 1\n ephemeral = true\n}\n',
    "an ephemeral output": 'output "a" {\n value = null\n ephemeral = true\n}\n',
    "an ephemeral resource": 'ephemeral "x_y" "a" {\n count = 1\n}\n',
    "a write-only argument": 'resource "x_y" "a" {\n secret_wo = "x"\n secret_wo_version = 1\n}\n',
    "a condition on another variable": (
        'variable "a" { default = 1 }\nvariable "b" {\n default = 2\n validation {\n'
        '    condition = var.b > var.a\n error_message = "Too small: ${var.a}."\n }\n}\n'
    ),
    "a precondition of an output": (
        'variable "a" { default = 1 }\noutput "b" {\n value = 1\n precondition {\n condition = var.a > 0\n'
        ' error_message = "No."\n }\n}\n'
    ),
    "a check": (
        'check "a" {\n data "x_y" "z" {\n id = 1\n }\n assert {\n condition = data.x_y.z.id == 1\n'
        ' error_message = "No."\n }\n}\n'
    ),
    "a provider's function": 'output "a" {\n value = provider::x::f(1)\n}\n',
    "a removed resource": "removed {\n from = x_y.a\n lifecycle {\n destroy = false\n }\n}\n",
    "a removed resource with a provisioner": (
        "removed {\n from = x_y.a\n lifecycle {\n destroy = true\n }\n"
        '  provisioner "local-exec" {\n when = destroy\n command = "true"\n }\n}\n'
    ),
    "a moved resource": "moved {\n from = x_y.a\n to = x_z.a\n}\n",
    "an action": (
        'action "x_y" "a" {\n config {\n size = 1\n }\n}\n'
        'resource "terraform_data" "b" {\n lifecycle {\n action_trigger {\n'
        "      events = [after_create]\n actions = [action.x_y.a]\n }\n }\n}\n"
    ),
    "enabled": 'resource "terraform_data" "a" {\n lifecycle {\n enabled = true\n }\n}\n',
    "a forgotten resource": 'resource "terraform_data" "a" {\n lifecycle {\n destroy = false\n }\n}\n',
    "prevent_destroy by a variable": (
        'variable "a" { default = true }\n'
        'resource "terraform_data" "a" {\n lifecycle {\n prevent_destroy = var.a\n }\n}\n'
    ),
    "for_each on a provider": (
        'locals {\n all = toset(["a", "b"])\n}\nprovider "x" {\n alias = "by"\n for_each = local.all\n}\n'
        'resource "x_y" "a" {\n for_each = local.all\n provider = x.by[each.key]\n}\n'
    ),
    "encryption": (
        'variable "a" { default = "a phrase that is long enough" }\nterraform {\n encryption {\n'
        '    key_provider "pbkdf2" "k" {\n passphrase = var.a\n }\n'
        '    method "aes_gcm" "m" {\n keys = key_provider.pbkdf2.k\n }\n'
        " state {\n method = method.aes_gcm.m\n }\n }\n}\n"
    ),
    "a language block": 'language {\n compatible_with {\n opentofu = ">= 1.12"\n }\n}\n',
    "a cloud block": 'terraform {\n cloud {\n organization = "o"\n workspaces {\n name = "w"\n }\n }\n}\n',
    "a backend made of variables": (
        'variable "a" { default = "x" }\nterraform {\n backend "local" {\n path = var.a\n }\n}\n'
    ),
    "an escaping block": 'resource "x_y" "a" {\n count = 1\n _ {\n count = 2\n }\n}\n',
    "ignored deprecations": 'module "m" {\n source = "../leaf"\n ignore_nested_deprecations = true\n}\n',
    "a module that is enabled": 'module "m" {\n source = "../leaf"\n lifecycle {\n enabled = true\n }\n}\n',
    "a store of state": 'terraform {\n state_store "x_y" {\n provider "x" {}\n }\n}\n',
    "a legacy list of provider versions": 'terraform {\n required_providers {\n x = "~> 1.0"\n }\n}\n',
    "configuration aliases": (
        'terraform {\n required_providers {\n x = {\n source = "a/x"\n'
        "      configuration_aliases = [x.one, x.two]\n }\n }\n}\n"
    ),
    "provider metadata": 'terraform {\n provider_meta "x" {\n a = 1\n }\n}\n',
    "experiments": "terraform {\n language = TF2021\n}\n",
}
"""By what is special about it."""

JSON_CASES: Mapping[str, str] = {
    "a language block in JSON": '{"language": {"compatible_with": {"opentofu": ">= 1.12"}}}',
    "a deprecated variable in JSON": '{"variable": {"a": {"default": 1, "deprecated": "Use ${\\"b\\"}."}}}',
    "a removed resource in JSON": '{"removed": [{"from": "x_y.a", "lifecycle": {"destroy": false}}]}',
    "encryption in JSON": '{"terraform": {"encryption": {"method": {"unencrypted": {"m": {}}}}}}',
    "an ephemeral resource in JSON": '{"ephemeral": {"x_y": {"a": {"count": 1}}}}',
    "an action in JSON": '{"action": {"x_y": {"a": {"config": {"size": 1}}}}}',
}

ROOT_CASES: Mapping[str, str] = {
    "an import by identity": (
        'import {\n to = x_y.a\n identity = {\n id = 1\n }\n}\nresource "x_y" "a" {}\n'
    ),
    "an import with for_each": (
        "import {\n for_each = { a = 1 }\n to = x_y.a[each.key]\n id = each.value\n}\n"
        'resource "x_y" "a" {\n for_each = { a = 1 }\n}\n'
    ),
}
"""What only a root module may hold."""
