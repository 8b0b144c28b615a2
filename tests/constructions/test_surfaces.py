"""Functions on triangulations as networks, proved triangle by triangle and by other routes."""

import random
from fractions import Fraction as F

import pytest
from meshes import convex, grid, inside, torn

import exactnet as en
from exactnet.constructions.surfaces import surface
from exactnet.errors import InputError
from exactnet.geometry.triangulation import Triangulation
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.verification.equivalence import Difference
from exactnet.verification.surfaces import prove_surface


def some_values(mesh: Triangulation, source: random.Random) -> list[F]:
    return [F(source.randint(-6, 6), source.choice((1, 3))) for _ in mesh.vertices]


def agrees_at_points(
    net: ReluNetwork, mesh: Triangulation, values: list[F], source: random.Random
) -> bool:
    """By barycentric coordinates, at a dozen points of every triangle."""
    for k, triangle in enumerate(mesh.triangles):
        for _ in range(12):
            x, shares = inside(mesh, k, source)
            wanted = (s * values[v] for s, v in zip(shares, triangle, strict=True))
            if net(x) != (sum(wanted, start=F(0)),):
                return False
    return True


MESHES = [
    pytest.param(lambda source: grid(2), id="grid"),
    pytest.param(lambda source: convex(source, 4), id="convex"),
    pytest.param(lambda source: torn(grid(3), source, 0.6), id="torn grid"),
    pytest.param(lambda source: torn(convex(source, 7), source, 0.6), id="torn"),
]


@pytest.mark.parametrize("make", MESHES)
@pytest.mark.parametrize("method", ["lattice", "hats", "auto"])
@pytest.mark.parametrize("seed", range(2))
def test_networks_are_right_on_every_triangle(make: object, method: str, seed: int) -> None:
    source = random.Random(seed)
    mesh = make(source)  # type: ignore[operator]
    values = some_values(mesh, source)
    net = surface(mesh, values, method)
    assert agrees_at_points(net, mesh, values, source)
    assert prove_surface(net, mesh, values).verdict is en.Proved


def test_a_proof_tree_with_multipliers_agrees() -> None:
    mesh, values = grid(1), [F(0), F(3), F(-1), F(2)]
    net = surface(mesh, values)
    for k in range(len(mesh)):
        p, q, r = mesh.gradient(k, values)
        equal = [[-p, -q, 1, -r], [p, q, -1, r]]
        result = en.prove_property(net, mesh.rows(k), equal)
        assert result.verdict is en.Proved
        assert result.certificate is not None
        assert result.certificate.checked()


def test_stars_that_are_not_convex_have_hats_too() -> None:
    """The arrow head: the star of the inner vertex 0 has a bay at vertex 2."""
    vertices = [(0, 0), (4, -4), (1, 0), (4, 4), (-4, 0)]
    mesh = Triangulation.of(vertices, [(0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 1)])
    for k in range(len(vertices)):
        values = [F(int(v == k)) for v in range(len(vertices))]
        for method in ("lattice", "hats"):
            assert prove_surface(surface(mesh, values, method), mesh, values).verdict is en.Proved


def test_every_wrong_network_is_refuted_at_a_point_of_a_triangle() -> None:
    source = random.Random(5)
    mesh = torn(convex(source, 5), source, 0.7)
    values = some_values(mesh, source)
    net = surface(mesh, values)
    for k in range(len(values)):
        wrong = list(values)
        wrong[k] += F(1, 10**9)
        result = prove_surface(net, mesh, wrong)
        found = result.counterexample
        assert result.verdict is en.Refuted
        assert isinstance(found, Difference)
        assert found.point in mesh
        assert net(found.point) == found.left != found.right
        assert abs(found.outputs[0]) <= F(1, 10**9)


def test_what_happens_off_the_triangles_is_not_claimed() -> None:
    mesh = Triangulation.of([(0, 0), (1, 0), (0, 1)], [(0, 1, 2)])
    bent = ReluNetwork.of([([[1, 1]], [-1]), ([[1]], [0])])  # 0 on the triangle, not beyond it
    assert prove_surface(bent, mesh, [0, 0, 0]).verdict is en.Proved
    assert bent([1, 1]) == (1,)


def test_an_affine_network_and_a_limit() -> None:
    mesh, flat = grid(2), [F(1)] * 9
    assert surface(mesh, flat).neurons == 0
    assert prove_surface(surface(mesh, flat), mesh, flat).verdict is en.Proved
    source = random.Random(0)
    values = some_values(mesh, source)
    late = prove_surface(surface(mesh, values), mesh, values, Limits(seconds=1e-9))
    assert (late.verdict, "limit" in late.reason) == (en.Unknown, True)


def test_large_meshes_have_networks_that_grow_like_their_triangles() -> None:
    sizes = []
    for n in (3, 6):
        mesh = grid(n)
        values = [F((7 * k * k) % 5) for k in range(len(mesh.vertices))]
        sizes.append(surface(mesh, values, "hats").neurons / len(mesh))
    assert sizes[1] < 1.2 * sizes[0]


def test_bad_arguments_are_refused() -> None:
    mesh = grid(1)
    with pytest.raises(InputError, match=r"values: expected 4 number\(s\), got 3"):
        surface(mesh, [0, 0, 0])
    with pytest.raises(InputError, match=r"method: expected one of auto, lattice, hats, got 'h'"):
        surface(mesh, [0] * 4, "h")
    line = en.algebra.select(1, [0])
    with pytest.raises(InputError, match="expected a network with 2 inputs and 1 output"):
        prove_surface(line, mesh, [0] * 4)
