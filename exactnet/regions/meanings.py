"""What each of the six definitions counts, in a few words (see ``definitions``)."""

DEFINITIONS = {
    "activation": "non-empty activation patterns",
    "proper": "activation patterns with interior",
    "convex": "fewest pieces of a complex on which f is affine",
    "open": "maximal open connected sets",
    "closed": "maximal closed connected sets",
    "affine": "distinct affine functions",
}
