"""What to do about layers and operators that are not piecewise linear, by their names."""

LAST = {
    "sigmoid": "Cut off a last sigmoid: it is above 1/2 where f > 0, so f decides the same class.",
    "softmax": "Cut off a last softmax: the largest output, the class, stays the same.",
    "logsoftmax": "Cut off a last softmax: the largest output, the class, stays the same.",
}
_SMOOTH = frozenset(
    {
        "celu", "cos", "elu", "erf", "exp", "gelu", "glu", "hardswish", "instancenorm",
        "instancenormalization", "layernorm", "layernormalization", "log", "logsigmoid", "lrn",
        "mish", "pow", "reciprocal", "rmsnorm", "selu", "silu", "sin", "softmin", "softplus",
        "softsign", "sqrt", "swish", "tanh",
    }
)  # fmt: skip
_ONLY = "Only piecewise-linear operators can be exact."


def smooth_remedy(name: str) -> str:
    """The remedy for an operator that no network of this package has; "" for other operators.

    >>> smooth_remedy("Tanh")
    'Only piecewise-linear operators can be exact.'
    >>> smooth_remedy("Relu")
    ''
    """
    kind = name.lower()
    if kind in LAST:
        return f"{_ONLY} {LAST[kind]}"
    return _ONLY if kind in _SMOOTH else ""
