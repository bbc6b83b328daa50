"""Reads which layers a level has from fleet.yaml, without checking the rest of the file."""

import posixpath
from collections.abc import Callable

from cellwright.fleet.config.settings import LayerPath
from cellwright.fleet.yaml.node import Node, find_node, get_node


def layer_paths(root: Node, index: int, level: str, exists: Callable[[str], bool]) -> tuple[LayerPath, ...]:
    """Give the layers of the level at `index`, lowest first; its defaults are one where they exist."""
    nodes = get_node(root, "levels", index, "layers")
    paths = [_layer_path(node) for node in (nodes.children if nodes is not None else ())]
    default = f"defaults/{level}.yaml"
    if exists(default) and not any(path.parts == (default,) for path in paths):
        declared = find_node(root, ("levels", index)).position
        paths.insert(0, LayerPath((default,), declared))
    return tuple(paths)


def _layer_path(node: Node) -> LayerPath:
    if isinstance(node.content, tuple):
        return LayerPath(node.content, node.position)
    return LayerPath((posixpath.normpath(str(node.value)),), node.position)
