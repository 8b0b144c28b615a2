"""The talk's theorems on concrete instances: hypotheses checked, both sides computed exactly.

One module a report: ``first_theorem``, ``second_theorem``, ``third_theorem``, ``gradient_report``,
``conjecture``. All return a ``report.TheoremReport``; ``hypotheses`` are those that theorems share,
``values`` the numbers in reports, ``counts`` the integers among arguments.

    loss, margin, logistic       0-1 and hinge loss and the least margin, exactly; logistic enclosed
    gradient, logistic_gradient  exact and enclosed gradients, made of ``gradients/``
    trials/                      seeded networks observed: parts of the gradient theorem's report
                                 (with ``initialisation`` and ``confidence``)
    line/                        least losses and sign changes on a line: ``law`` of a coordinate,
                                 the lemmas (``networks``, ``narrow``), the programme (``table``,
                                 ``optimum``), L(H_{t,k}) (``bracket``)
    third/                       parts of Theorem 3's report; its counterexample in the plane
    widths/                      Theorem 2: widths by bound, true minimal widths
    separations/                 proofs for the gallery in ``constructions.separations``
"""

from typing import TYPE_CHECKING

from exactnet.lazy import loader as _loader

if TYPE_CHECKING:
    from exactnet.theorems.conjecture import observe_conjecture as observe_conjecture
    from exactnet.theorems.first_theorem import theorem1 as theorem1
    from exactnet.theorems.gradient_report import gradient_theorem as gradient_theorem
    from exactnet.theorems.line.bracket import best_network as best_network
    from exactnet.theorems.report import TheoremReport as TheoremReport
    from exactnet.theorems.second_theorem import theorem2 as theorem2
    from exactnet.theorems.third.counterexample import plane_counterexample as plane_counterexample
    from exactnet.theorems.third_theorem import theorem3 as theorem3
    from exactnet.theorems.widths.minimal import minimal_width as minimal_width

__getattr__, __dir__ = _loader(
    __name__,
    {  # loaded when first used: most need Numba or Z3
        "best_network": "line.bracket",
        "gradient_theorem": "gradient_report",
        "minimal_width": "widths.minimal",
        "observe_conjecture": "conjecture",
        "plane_counterexample": "third.counterexample",
        "theorem1": "first_theorem",
        "theorem2": "second_theorem",
        "theorem3": "third_theorem",
        "TheoremReport": "report",
    },
)
