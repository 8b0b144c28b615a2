"""Recognise a network as the chain of levels of a construction, weight for weight.

The induction route speaks about levels; this is what ties it to the network at hand, so that a
file with one weight changed is never waved through.
"""

from exactnet.constructions.compile import construct, hidden_layers
from exactnet.constructions.construction import Construction
from exactnet.errors import ConstructionError, InputError
from exactnet.networks.network import ReluNetwork
from exactnet.verification.claims import Claim


def recognise(claim: Claim) -> Construction | str:
    """The construction whose levels the claim's network is, or why it is none of them."""
    labelling = claim.labelling
    methods = ("exact", "fold") if labelling.margin is None else ("margin", "union")
    reasons = []
    for method in methods:
        if claim.network.depth != hidden_layers(method, labelling.depth) or (
            method == "union"
            and claim.network.width != 2 * labelling.ifs.dim * labelling.ifs.r**labelling.depth
        ):
            reasons.append(f"{method}: other sizes")  # seen without building it
            continue
        try:
            candidate = construct(
                labelling.ifs,
                labelling.depth,
                method,
                labelling.margin,
                labelling.side,
                labelling.absolute,
            )
        except (ConstructionError, InputError):
            continue
        difference = first_difference(candidate.network, claim.network)
        if difference is None and claim.threshold <= candidate.threshold:
            return candidate
        reasons.append(f"{method}: {difference or 'the claim asks for a larger threshold'}")
    return "; ".join(reasons) or "no construction applies to this IFS and labelling"


def first_difference(expected: ReluNetwork, found: ReluNetwork) -> str | None:
    """Where two networks differ as lists of weights, in words; None if they are equal."""
    if (expected.depth, expected.width) != (found.depth, found.width):
        return (
            f"depth {expected.depth} and width {expected.width} expected, "
            f"{found.depth} and {found.width} found"
        )
    for k, (a, b) in enumerate(zip(expected.layers, found.layers, strict=True)):
        if a is b:
            continue
        if (a.outputs, a.inputs, a.slopes) != (b.outputs, b.inputs, b.slopes):
            return f"layer {k} has another shape or activation"
        for i, (row, other) in enumerate(zip(a.weight, b.weight, strict=True)):
            for j, (v, w) in enumerate(zip(row, other, strict=True)):
                if v != w:
                    return f"layer {k} weight[{i}][{j}] is {w}, expected {v}"
        for i, (v, w) in enumerate(zip(a.bias, b.bias, strict=True)):
            if v != w:
                return f"layer {k} bias[{i}] is {w}, expected {v}"
    return None
