"""The adjacency graph of a complex as a GraphML file, for Gephi, yEd, igraph, networkx."""

import io
import os
from pathlib import Path

import networkx as nx

from exactnet.errors import InputError
from exactnet.exact.strict_json import write_bytes
from exactnet.regions.complex import RegionComplex


def check_path(path: str | os.PathLike[str]) -> None:
    """InputError unless the file's ending is .graphml."""
    if Path(path).suffix.lower() != ".graphml":
        ending = Path(path).suffix
        raise InputError.about("--graph", "a .graphml file", f"'{ending:.20}'", "Rename it.")


def write_graph(cx: RegionComplex, path: str | os.PathLike[str]) -> None:
    """Write the cells and the facets between them, all or nothing (FileError if that fails)."""
    buffer = io.BytesIO()
    nx.write_graphml_xml(cx.graph(), buffer)
    write_bytes(path, buffer.getvalue())
