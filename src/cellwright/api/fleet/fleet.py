"""The fleet in short, as JSON."""

from cellwright.app.fleet.description import FleetDescription
from cellwright.model.value import Json


def fleet(found: FleetDescription) -> Json:
    """The fleet's name, commit and levels; `commit` is null outside git."""
    return {
        "fleet": found.name,
        "commit": found.commit,
        "levels": [
            {"level": level.name, "cells": level.cells, "placement": level.placement}
            for level in found.levels
        ],
        "units": found.units,
        "findings": found.findings,
    }
