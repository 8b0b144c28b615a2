"""Published statements on instances: waves on a line, bits, and circuits."""

from fractions import Fraction

from exactnet.constructions.separations.circuits import HierarchicalCircuit, matricisation
from exactnet.errors import InputError
from exactnet.exact import linalg
from exactnet.regions import bounds
from exactnet.theorems.line.networks import shallow_width
from exactnet.theorems.report import Comparison, Hypothesis, ReportTable
from exactnet.theorems.separations.case import Case, Given, at_least, at_most, equal
from exactnet.theorems.separations.waves import (
    allowed_nodes,
    fewest_distance,
    label_optimum,
    most_pieces,
)

_SIXTH = Fraction(1, 6)


def telgarsky(given: Given) -> Case:
    """Telgarsky 2015: the share of wrong labels of every class that the theorem is about."""
    entry = given.entry
    k = entry.parameter("k")
    optima = [
        label_optimum(entry, layers, nodes)
        for layers in range(1, k + 1)
        if (nodes := allowed_nodes(k, layers))
    ]
    deep = sum(entry.relu(x)[0] != label for x, label in entry.points)
    rows = tuple((o.layers, o.nodes, o.changes, o.share, o.attained) for o in optima)
    heads = ("layers l", "nodes m", "sign changes at most", "wrong labels, least share", "attained")
    least = min((o.share for o in optima), default=Fraction(1, 2))
    zero_error = shallow_width(2**k - 1)
    return Case(
        "m <= 2^((k-3)/l - 1) implies a share of at least 1/6 wrong labels",
        (
            Comparison("least share of wrong labels", least, ">=", _SIXTH, least >= _SIXTH),
            Comparison("wrong labels of the deep network", deep, "=", 0, deep == 0),
        ),
        {"shallow at least": 2**k, "shallow at least for the labels": zero_error},
        (Hypothesis("some m >= 1 with m <= 2^((k-3)/l - 1)", bool(optima), f"k = {k}"),),
        (ReportTable("Classes of the theorem", heads, rows),),
        (
            "dynamic programme over sign changes with certificates (theorems.line.optimum)",
            "sign changes by layers and width: Lemmas 2 to 4 (theorems.line)",
        ),
        (f"all labels right: {zero_error} units of one hidden layer, no fewer",),
    )


def telgarsky_2016(given: Given) -> Case:
    """Telgarsky 2016: the L1 distance of every network with L layers and 2^L nodes."""
    layers = given.entry.parameter("L")
    power = layers**2 + 2
    pieces = most_pieces(layers, 2**layers)
    least = fewest_distance(power, pieces)
    return Case(
        "every network with at most L layers and 2^L nodes has L1 distance at least 1/32",
        (at_least("L1 distance", least, Fraction(1, 32)),),
        {"shallow at least": 2**power, "pieces of the shallow class": pieces},
        rests_on=("pieces multiply by n + 1 a layer; teeth without a break (module waves)",),
    )


def sawtooth(given: Given) -> Case:
    """Levels multiply pieces: as many pieces as depth times width allows, up to k against k + 1."""
    p, t = given.entry.parameter("pieces"), given.entry.parameter("levels")
    most = bounds.composed(1, t, p)
    return Case(
        "t layers of k units have at most (k+1)^t pieces on a line",
        (at_most("pieces", p**t, most), equal(given)),
        {"shallow at least": p**t, "pieces at most": most},
        rests_on=("one unit a piece is needed (shallow_teeth)",),
    )


def parity(given: Given) -> Case:
    """Folding the sum of bits: logarithmic depth, one unit a layer."""
    n, net = given.entry.parameter("bits"), given.entry.relu
    return Case(
        "ceil(log2 n) hidden layers of one unit suffice",
        (
            at_most("hidden layers", net.depth, (n - 1).bit_length()),
            Comparison("parity at every corner", "f", "=", "parity", given.proved),
        ),
        notes=("no lower bound for one hidden layer on bits is computed",),
    )


def fizzbuzz(given: Given) -> Case:
    """Every number below 2^bits, against the words that are said."""
    net = given.entry.relu
    return Case(
        "a small network is exact on all numbers",
        (
            Comparison("words at every number", "f", "=", "FizzBuzz", given.proved),
            at_most("units, against the trained network's", net.neurons, 100),
        ),
        notes=("no lower bound for one hidden layer on bits is computed",),
    )


def circuit(given: Given) -> Case:
    """Cohen, Sharir, Shashua: the rank of the matricisation against r^(N/2), and the flat form."""
    entry = given.entry
    net, flat = entry.network, entry.shallow
    if not isinstance(net, HierarchicalCircuit) or flat is None:
        raise InputError.about("circuit", "a circuit with its flat form", "another", "Rebuild it.")
    rank = linalg.rank(matricisation(net))
    r = min(entry.parameter("r"), entry.parameter("M"))
    bound = r ** (entry.parameter("N") // 2)
    return Case(
        "the CP rank is at least r^(N/2), r = min(r_0, M), outside a null set of weights",
        (
            at_least("rank of the matricisation", rank, bound),
            at_least("products of the flat circuit", flat.units, rank),
        ),
        {"rank": rank, "shallow at least": rank, "parameters": net.numbers},
        (Hypothesis("weights outside the null set", rank >= bound, f"a rank of {rank}"),),
        rests_on=("rank over Q (FLINT); each product of a flat circuit has rank 1",),
    )
