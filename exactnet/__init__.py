"""exactnet: exact, machine-checked analysis of ReLU networks.

Iterated function systems compile to rational ReLU networks; three independent routes prove that
these realise the prefractals K_n. Everything below is exact: floats are refused, not rounded.

>>> import exactnet as en
>>> ifs = en.gallery.cantor_dust()
>>> net = en.compile_ifs(ifs, depth=3)
>>> en.prove(en.realizes(net, ifs, depth=3)).verdict is en.Proved
True
>>> en.enumerate_regions(net, box=[(-1, 1), (-1, 1)]).counts()["proper"]
4252
"""

from typing import TYPE_CHECKING

from exactnet import bridges as bridges
from exactnet import theorems as theorems
from exactnet.bridges.files import load_network as load_network
from exactnet.constructions.compile import compile_ifs as compile_ifs
from exactnet.constructions.compile import construct as construct
from exactnet.constructions.construction import Construction as Construction
from exactnet.errors import CertificateError as CertificateError
from exactnet.errors import ConstructionError as ConstructionError
from exactnet.errors import ExactnetError as ExactnetError
from exactnet.errors import FileError as FileError
from exactnet.errors import InputError as InputError
from exactnet.errors import InputTypeError as InputTypeError
from exactnet.fractals import curves as curves
from exactnet.fractals import gallery as gallery
from exactnet.fractals.ifs import IFS as IFS
from exactnet.fractals.labelling import Labelling as Labelling
from exactnet.fractals.prefractal import Prefractal as Prefractal
from exactnet.geometry.box import Box as Box
from exactnet.lazy import loader as _loader
from exactnet.limits import Limits as Limits
from exactnet.networks.compose import chain as chain
from exactnet.networks.network import ReluNetwork as ReluNetwork
from exactnet.networks.restrict import restrict_to_plane as restrict_to_plane
from exactnet.regions import bounds as bounds
from exactnet.regions.segment import breakpoints_along as breakpoints_along
from exactnet.verification.certificates.documents import Certificate as Certificate
from exactnet.verification.certificates.images import certify_images as certify_images
from exactnet.verification.checking import check_certificate as check_certificate
from exactnet.verification.claims import Claim as Claim
from exactnet.verification.claims import realizes as realizes
from exactnet.verification.property import Halfspaces as Halfspaces
from exactnet.verification.property import prove_property as prove_property
from exactnet.verification.prove import prove as prove
from exactnet.verification.prove import prove_all_depths as prove_all_depths
from exactnet.verification.verdicts import Result as Result
from exactnet.verification.verdicts import Verdict as Verdict

if TYPE_CHECKING:
    from exactnet.constructions import blocks as blocks
    from exactnet.constructions import separations as separations
    from exactnet.fractals.distribution import FractalDistribution as FractalDistribution
    from exactnet.networks import algebra as algebra
    from exactnet.networks.batch import evaluate_batch as evaluate_batch
    from exactnet.regions.complex import RegionComplex as RegionComplex
    from exactnet.regions.counting import RegionCount as RegionCount
    from exactnet.regions.counting import count_along as count_along
    from exactnet.regions.counting import count_regions as count_regions
    from exactnet.regions.enumeration import enumerate_regions as enumerate_regions
    from exactnet.regions.levels import LevelSet as LevelSet
    from exactnet.theorems.gradient import conditional_gradients as conditional_gradients
    from exactnet.theorems.gradient import exact_gradient as exact_gradient
    from exactnet.theorems.initialisation import initial_network as initial_network
    from exactnet.theorems.logistic import enclose_loss as enclose_loss
    from exactnet.theorems.logistic_gradient import enclose_gradient as enclose_gradient
    from exactnet.theorems.loss import conditional_losses as conditional_losses
    from exactnet.theorems.loss import exact_loss as exact_loss
    from exactnet.theorems.margin import exact_margin as exact_margin
    from exactnet.theorems.separations.examine import examine_separation as examine_separation
    from exactnet.theorems.separations.prove import prove_separation as prove_separation
    from exactnet.verification.certificates.covers import certify_regions as certify_regions
    from exactnet.verification.distance import LargestDifference as LargestDifference
    from exactnet.verification.distance import largest_difference as largest_difference
    from exactnet.verification.equivalence import Difference as Difference
    from exactnet.verification.equivalence import equivalent as equivalent
    from exactnet.verification.fizzbuzz import prove_fizzbuzz as prove_fizzbuzz
    from exactnet.verification.pruning import Pruned as Pruned
    from exactnet.verification.pruning import prune as prune
    from exactnet.verification.query import Query as Query
    from exactnet.verification.query import prove_query as prove_query
    from exactnet.verification.surfaces import prove_surface as prove_surface

Proved, Refuted, Unknown = Verdict.PROVED, Verdict.REFUTED, Verdict.UNKNOWN

__version__ = "0.1.0"

__getattr__, __dir__ = _loader(  # most of these need Numba, which takes longer than all the rest
    __name__,
    {
        "algebra": "networks.algebra:",
        "blocks": "constructions.blocks:",
        "certify_regions": "verification.certificates.covers",
        "conditional_gradients": "theorems.gradient",
        "conditional_losses": "theorems.loss",
        "count_along": "regions.counting",
        "count_regions": "regions.counting",
        "Difference": "verification.equivalence",
        "enclose_gradient": "theorems.logistic_gradient",
        "enclose_loss": "theorems.logistic",
        "enumerate_regions": "regions.enumeration",
        "equivalent": "verification.equivalence",
        "evaluate_batch": "networks.batch",
        "exact_gradient": "theorems.gradient",
        "exact_loss": "theorems.loss",
        "exact_margin": "theorems.margin",
        "examine_separation": "theorems.separations.examine",
        "FractalDistribution": "fractals.distribution",
        "initial_network": "theorems.initialisation",
        "largest_difference": "verification.distance",
        "LargestDifference": "verification.distance",
        "LevelSet": "regions.levels",
        "prove_fizzbuzz": "verification.fizzbuzz",
        "prove_query": "verification.query",
        "prove_separation": "theorems.separations.prove",
        "prove_surface": "verification.surfaces",
        "prune": "verification.pruning",
        "Pruned": "verification.pruning",
        "Query": "verification.query",
        "RegionComplex": "regions.complex",
        "RegionCount": "regions.counting",
        "separations": "constructions.separations:",
    },
)
