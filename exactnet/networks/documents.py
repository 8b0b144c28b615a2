"""Exact networks as JSON files: {"format": "exactnet-network/1", "layers": [...]}."""

import itertools

from exactnet.errors import InputError, shown
from exactnet.exact.rationals import MAX_DIGITS, is_readable, to_text
from exactnet.networks.layer import IDENTITY, RELU, Layer, slope_document

FORMAT = "exactnet-network/1"


def layers_document(layers: tuple[Layer, ...]) -> dict[str, object]:
    """The JSON form of a network; layers of relu units carry no "activation"."""
    entries: list[dict[str, object]] = []
    for k, layer in enumerate(layers, 1):
        numbers = itertools.chain(layer.bias, layer.slopes, *layer.weight)
        if not all(is_readable(value) for value in numbers):
            raise InputError.about(
                f"layer {k - 1}",
                f"numbers of at most {MAX_DIGITS} digits",
                "longer ones",
                "Choose a smaller depth or a larger margin.",
            )
        entry: dict[str, object] = {
            "weight": [[to_text(v) for v in row] for row in layer.weight],
            "bias": [to_text(v) for v in layer.bias],
        }
        default = IDENTITY if k == len(layers) else RELU
        if any(slope != default for slope in layer.slopes):
            entry["activation"] = [slope_document(slope) for slope in layer.slopes]
        entries.append(entry)
    return {"format": FORMAT, "layers": entries}


def parse_layers(
    document: dict[str, object], where: str
) -> tuple[list[tuple[object, object]], list[list[object]]]:
    """The (weight, bias) pairs and the activations of the hidden layers in a JSON document."""
    if document.get("format") != FORMAT:
        raise InputError.about(
            where,
            f'"format": "{FORMAT}"',
            shown(document.get("format"), 60),
            "Is it a network file of exactnet?",
        )
    unknown = sorted(set(document) - {"format", "layers", "name"})
    if unknown:
        raise InputError.about(
            where, "the keys format, layers and perhaps name", shown(unknown[0], 60), "Drop it."
        )
    layers = document.get("layers")
    if not isinstance(layers, list) or not layers:
        raise InputError.about(where, "a non-empty list 'layers'", shown(layers, 40), "Add it.")
    pairs: list[tuple[object, object]] = []
    activations: list[list[object]] = []
    for k, entry in enumerate(layers):
        keys = set(entry) if isinstance(entry, dict) else set()
        if not isinstance(entry, dict) or not {"weight", "bias"} <= keys <= {
            "weight",
            "bias",
            "activation",
        }:
            raise InputError.about(
                f"{where}: layer {k}",
                "weight, bias and perhaps activation",
                shown(entry, 60),
                "Write those keys.",
            )
        pairs.append((entry["weight"], entry["bias"]))
        activations.append(_activation(entry, f"{where}: layer {k}", k == len(layers) - 1))
    return pairs, activations[:-1]


def _activation(entry: dict[str, object], where: str, last: bool) -> list[object]:
    bias = entry["bias"]
    count = len(bias) if isinstance(bias, list) else 0
    given = entry.get("activation", ["identity" if last else "relu"] * count)
    if (
        not isinstance(given, list)
        or len(given) != count
        or (last and any(item != "identity" for item in given))
    ):
        raise InputError.about(
            f"{where}.activation",
            "a list, one entry a unit (the last layer is affine)",
            shown(given, 60),
            "Correct it.",
        )
    return given
