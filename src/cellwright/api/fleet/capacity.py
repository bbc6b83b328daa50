"""Capacity as JSON."""

from collections.abc import Iterable

from cellwright.app.clients.deciding import PlacedCell
from cellwright.app.fleet.capacity import CapacityView, PlaceView, ResourceView
from cellwright.model.value import Json


def capacity(found: CapacityView) -> Json:
    """`capacity`: how full each place is; `room` and `limit` are null where nothing limits."""
    return {
        "counted": found.counted,
        "strategy": found.strategy,
        "few": found.few,
        "places": [_place(item) for item in found.places],
    }


def _place(item: PlaceView) -> Json:
    return {
        "place": item.place,
        "file": item.path,
        "cells": list(item.cells),
        "labels": {key: list(values) for key, values in item.labels.items()},
        "clients": item.clients,
        "expected": list(item.expected),
        "room": item.room,
        "tightest": item.tightest,
        "resources": [_resource(part) for part in item.resources],
    }


def _resource(item: ResourceView) -> Json:
    quota = item.quota
    return {
        "resource": item.resource,
        "label": item.label,
        "used": item.used,
        "limit": item.limit,
        "free": item.free,
        "limit_from": item.origin or None,
        "own": item.own,
        "clients": item.clients,
        "elsewhere": item.elsewhere,
        "reserved": item.reserved,
        "quota": None
        if quota is None
        else {
            "service": quota.service,
            "code": quota.code,
            "default": quota.default,
            "most": quota.most,
            "adjustable": quota.adjustable,
            "scope": quota.scope.value,
            "guide": quota.guide,
        },
    }


def placed(found: Iterable[PlacedCell]) -> Json:
    """`place`: what rules have decided."""
    return {
        "placed": [
            {"cell": item.cell, "place": item.place, "rule": item.rule, "file": item.file} for item in found
        ]
    }
