"""Every class that a plan's document may name is imported here, so that any of them can be read."""

from exactnet.learning import (
    architectures,
    convolutional,
    fizzbuzz_data,
    images,
    sources,
    starts,
)
from exactnet.learning.plans import Plan

MODULES = (architectures, convolutional, fizzbuzz_data, images, sources, starts)


def read_plan(document: dict[str, object], where: str) -> Plan:
    """The plan of a document; InputError naming the place for what does not fit."""
    return Plan.from_document(document, where)
