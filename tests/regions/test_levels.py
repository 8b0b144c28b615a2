"""Level sets and slopes: topology by hand and by union-find, values and norms by brute force."""

from fractions import Fraction as F
from itertools import combinations, product

import networkx as nx
import pytest
from complexes import boxes, corners, mean, networks, settings_for
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import Point

import exactnet as en
from exactnet.errors import InputError, InputTypeError
from exactnet.geometry.box import Box
from exactnet.regions.homology import betti_numbers
from exactnet.regions.levels import FaceSet, LevelSet
from exactnet.regions.slopes import operator_norm
from exactnet.testing.strategies import points

small = st.fractions(-2, 2, max_denominator=3)


def norm_of(d: int, shift: int = 1) -> en.ReluNetwork:
    """shift - (|x_1| + ... + |x_d|)."""
    rows = [[int(i == j) for j in range(d)] for i in range(d)]
    return en.ReluNetwork.of([(rows, [0] * d), ([[-1] * d], [shift])], [["abs"] * d])


def shell(d: int) -> en.ReluNetwork:
    """1 - | |x|_1 - 2 |: non-negative where 1 <= |x|_1 <= 3."""
    rows = [[int(i == j) for j in range(d)] for i in range(d)]
    return en.ReluNetwork.of(
        [(rows, [0] * d), ([[1] * d], [-2]), ([[-1]], [1])], [["abs"] * d, ["abs"]]
    )


def blobs() -> en.ReluNetwork:
    """1 - min(|x - 3|, |x + 3|) - |y|, as ||x| - 3|: two diamonds."""
    return en.ReluNetwork.of(
        [([[1, 0], [0, 1]], [0, 0]), ([[1, 0], [0, 1]], [-3, 0]), ([[-1, -1]], [1])],
        [["abs", "abs"], ["abs", "identity"]],
    )


def constant(value: int, d: int = 2) -> en.ReluNetwork:
    return en.ReluNetwork.of([([[1] * d], [0]), ([[0]], [value])])


def pieces_of(faces: FaceSet) -> int:
    """Connected components, through the vertices of faces."""
    graph = nx.Graph()
    for k, members in enumerate(faces.members):
        own = corners(faces.complex, k)
        for face in members:
            vertices = sorted(own[face])
            graph.add_nodes_from(vertices)
            graph.add_edges_from((vertices[0], v) for v in vertices[1:])
    return nx.number_connected_components(graph)


CASES = [
    # network, sides, Betti numbers of {f >= 0}, of {f = 0}
    (norm_of(2), 2, (1, 0), (1, 1)),
    (norm_of(3), 2, (1, 0, 0), (1, 0, 1)),
    (norm_of(1), 2, (1,), (2,)),
    (shell(1), 4, (2,), (4,)),
    (shell(2), 4, (1, 1), (2, 2)),
    (shell(3), 4, (1, 0, 1), (2, 0, 2)),
    (blobs(), 5, (2, 0), (2, 2)),
    (constant(0), 1, (1, 0), (1, 0)),
    (constant(1), 1, (1, 0), (0, 0)),
    (constant(-1), 1, (0, 0), (0, 0)),
    (norm_of(2, shift=0), 1, (1, 0), (1, 0)),  # one point
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_balls_shells_blobs_and_constants_have_the_betti_numbers_of_topology(case: int) -> None:
    net, side, region, boundary = CASES[case]
    found = LevelSet.of(net, Box.cube(net.inputs, side))
    assert found.region.betti == region
    assert found.boundary.betti == boundary
    assert found.region.euler == sum((-1) ** k * b for k, b in enumerate(region))
    assert pieces_of(found.region) == region[0]
    assert pieces_of(found.boundary) == boundary[0]


def test_an_annulus_cut_off_by_the_box_keeps_its_hole_and_its_boundary_falls_apart() -> None:
    """1 <= |x|_1 <= 3 in [-2, 2]^2: the inner diamond, and four segments across the corners."""
    found = LevelSet.of(shell(2), Box.cube(2, 2))
    assert found.region.betti == (1, 1)
    assert found.boundary.betti == (5, 1)


def test_the_ball_is_described_to_the_last_face() -> None:
    ball = LevelSet.of(norm_of(2), Box.cube(2, 2))
    assert ball.region.f_vector == (5, 8, 4)
    assert ball.boundary.f_vector == (4, 4, 0)
    assert (ball.region.dim, ball.boundary.dim) == (2, 1)
    where = {ball.complex.vertex(v) for v in ball.boundary.members[0]}
    assert where == {(0, 1), (0, -1), (1, 0), (-1, 0)}
    empty = LevelSet.of(constant(-1), Box.cube(2))
    assert (empty.region.dim, empty.boundary.dim, empty.region.f_vector) == (-1, -1, (0, 0, 0))
    whole = LevelSet.of(constant(0), Box.cube(2))
    assert whole.region.members == whole.boundary.members
    assert whole.region.f_vector == whole.complex.f_vector


@given(
    net=networks(dims=(1, 2, 3), outputs=2),
    output=st.integers(0, 1),
    level=small,
    data=st.data(),
)
@settings(max_examples=60)
def test_every_face_is_in_the_set_that_its_values_say(
    net: en.ReluNetwork, output: int, level: F, data: st.DataObject
) -> None:
    """f - level is 0, > 0 or < 0 on the whole relative interior: its value at the mean decides."""
    found = LevelSet.of(net, data.draw(boxes(net.inputs)), output, level)
    cx = found.complex
    for k in range(cx.dim + 1):
        own = corners(cx, k)
        middles = [mean([cx.vertex(v) for v in sorted(vertices)]) for vertices in own]
        values = [net(x)[output] for x in middles]
        assert [f for f, v in enumerate(values) if v == level] == list(found.boundary.members[k])
        assert [f for f, v in enumerate(values) if v >= level] == list(found.region.members[k])
        for face in found.boundary.members[k]:
            assert {net(cx.vertex(v))[output] for v in own[face]} == {level}


@given(net=networks(dims=(1, 2, 3)), level=small, data=st.data())
@settings(max_examples=60)
def test_betti_numbers_agree_with_union_find_and_euler(
    net: en.ReluNetwork, level: F, data: st.DataObject
) -> None:
    box = data.draw(boxes(net.inputs))
    found = LevelSet.of(net, box, level=level)
    for faces in (found.region, found.boundary):
        alternating = sum((-1) ** k * b for k, b in enumerate(faces.betti))
        assert alternating == faces.euler
        assert len(faces.betti) == net.inputs
        assert faces.betti[0] == pieces_of(faces)
        for k in range(1, net.inputs + 1):  # closed: with every face its boundary
            for face in faces.members[k]:
                assert set(found.complex.boundary(k, face)) <= set(faces.members[k - 1])


@given(net=networks(dims=(2,)), level=small, data=st.data())
@settings(max_examples=60)
def test_in_the_plane_holes_are_the_components_of_the_rest_that_the_border_does_not_meet(
    net: en.ReluNetwork, level: F, data: st.DataObject
) -> None:
    """Alexander duality: the open rest {f < level}, its cells joined through its edges."""
    box = data.draw(boxes(2))
    found = LevelSet.of(net, box, level=level)
    cx, graph = found.complex, nx.Graph()
    rest = [set(range(n)) - set(m) for n, m in zip(cx.f_vector, found.region.members, strict=True)]
    graph.add_nodes_from(rest[2])
    border = set()
    for edge, (a, b) in enumerate(cx.facet_cells.tolist()):
        if edge in rest[1]:
            if b < 0:
                border.add(a)
            else:
                graph.add_edge(a, b)
    inner = [c for c in nx.connected_components(graph) if not c & border]
    assert found.region.betti[1] == len(inner)


@given(net=networks(dims=(1, 2), hidden=(1, 2)), level=small)
@settings(max_examples=40)
def test_on_all_of_space_faces_keep_their_signs_and_betti_is_refused(
    net: en.ReluNetwork, level: F
) -> None:
    found = LevelSet.of(net, None, level=level)
    for v in range(found.complex.f_vector[0]):
        value = net(found.complex.vertex(v))[0]
        assert (v in found.boundary.members[0]) == (value == level)
        assert (v in found.region.members[0]) == (value >= level)
    for cell in range(len(found.complex)):
        value = net(found.complex.interior_point(cell))[0]
        assert (cell in found.region.members[net.inputs]) == (value >= level)
    with pytest.raises(InputError, match=r"betti: expected a complex on a box, got one on R\^d"):
        found.region.betti  # noqa: B018


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"output": 1}, InputError, "output: expected 0 <= output < 1, got 1"),
        ({"output": -1}, InputError, "output: expected 0 <= output < 1, got -1"),
        ({"output": "0"}, InputError, "output: expected 0 <= output < 1, got '0'"),
        ({"level": 0.5}, InputTypeError, "level: expected int, str or Fraction, got float 0.5"),
        ({"level": "half"}, InputError, "level: "),
    ],
)
def test_bad_levels_and_outputs_are_named(
    arguments: dict[str, object], kind: type, message: str
) -> None:
    with pytest.raises(kind, match=message):
        LevelSet.of(norm_of(2), Box.cube(2), **arguments)  # type: ignore[arg-type]


# Betti numbers of complexes that networks do not make


def skeleton(vertices: int, top: int) -> tuple[list[list[int]], list[list[list[int]]]]:
    """The faces up to dimension ``top`` of a simplex."""
    faces = [list(combinations(range(vertices), k + 1)) for k in range(top + 1)]
    ids = [{face: n for n, face in enumerate(level)} for level in faces]
    boundaries: list[list[list[int]]] = [[]]
    for k in range(1, top + 1):
        boundaries.append(
            [[ids[k - 1][face[:i] + face[i + 1 :]] for i in range(k + 1)] for face in faces[k]]
        )
    return [list(range(len(level))) for level in faces], boundaries


@pytest.mark.parametrize(("vertices", "top", "betti"), [
    (3, 1, (1,)), (4, 2, (1, 0)), (5, 1, (1,)), (5, 3, (1, 0, 0)), (4, 3, (1, 0, 0)),
])  # fmt: skip
def test_spheres_and_graphs_have_one_component_and_no_hole_below_the_top(
    vertices: int, top: int, betti: tuple[int, ...]
) -> None:
    assert betti_numbers(*skeleton(vertices, top)) == betti
    members, boundaries = skeleton(vertices, top)
    padded = betti_numbers([*members, []], [*boundaries, []])
    euler = sum((-1) ** k * len(m) for k, m in enumerate(members))
    assert padded[:-1] == betti
    assert padded[-1] == (-1) ** top * (euler - sum((-1) ** k * b for k, b in enumerate(betti)))


def test_the_torus_has_two_loops_and_the_projective_plane_one_over_two_elements() -> None:
    n = 3
    vertex = {(i, j): i * n + j for i in range(n) for j in range(n)}
    across = {(i, j): k for k, (i, j) in enumerate(vertex)}
    up = {(i, j): n * n + k for k, (i, j) in enumerate(vertex)}
    edges = [[vertex[i, j], vertex[(i + 1) % n, j]] for i, j in vertex]
    edges += [[vertex[i, j], vertex[i, (j + 1) % n]] for i, j in vertex]
    squares = [
        [across[i, j], across[i, (j + 1) % n], up[i, j], up[(i + 1) % n, j]] for i, j in vertex
    ]
    members = [list(range(9)), list(range(18)), list(range(9)), []]
    assert betti_numbers(members, [[], edges, squares, []]) == (1, 2, 1)
    # the projective plane on six vertices
    triangles = ["123", "124", "135", "146", "156", "236", "245", "256", "345", "346"]
    sides = sorted({pair for t in triangles for pair in combinations(t, 2)})
    ends = [[int(a) - 1, int(b) - 1] for a, b in sides]
    faces = [[sides.index(pair) for pair in combinations(t, 2)] for t in triangles]
    plane = [list(range(6)), list(range(15)), list(range(10)), []]
    assert betti_numbers(plane, [[], ends, faces, []]) == (1, 1, 1)


def test_a_set_without_the_boundary_of_a_face_is_refused() -> None:
    with pytest.raises(InputError, match="betti: expected a closed set of faces, got an open one"):
        betti_numbers([[0], [0]], [[], [[0, 1]]])


# Slopes


@given(case=settings_for(dims=(1, 2, 3), outputs=2), norm=st.sampled_from(["1", "inf"]))
@settings(max_examples=60)
def test_the_lipschitz_constant_is_the_largest_norm_of_a_gradient(
    case: tuple[en.ReluNetwork, Box | None], norm: str
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    found = cx.lipschitz(norm)
    sizes = []
    for cell in range(len(cx)):
        gradient = net.affine_piece(cx.interior_point(cell)).weight
        if norm == "inf":
            sizes.append(max(sum(map(abs, row)) for row in gradient))
        else:
            sizes.append(max(sum(map(abs, column)) for column in zip(*gradient, strict=True)))
    assert found.value == max(sizes) == sizes[found.cell]
    assert found.square is None


@given(case=settings_for(dims=(1, 2, 3)))
@settings(max_examples=60)
def test_the_square_of_the_euclidean_constant_is_the_largest_squared_gradient(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    found = cx.lipschitz()
    squares = [
        sum(v * v for v in net.affine_piece(cx.interior_point(cell)).weight[0])
        for cell in range(len(cx))
    ]
    assert found.square == max(squares) == squares[found.cell]
    assert (found.norm, found.value) == ("2", None)


def sizes_of(vector: Point) -> dict[str, F]:
    """The 1- and sup-norm of a vector, and the square of its 2-norm."""
    return {
        "1": sum(map(abs, vector), start=F(0)),
        "inf": max(map(abs, vector)),
        "2": sum((v * v for v in vector), start=F(0)),
    }


@given(net=networks(dims=(1, 2)), norm=st.sampled_from(["1", "2", "inf"]), data=st.data())
@settings(max_examples=60)
def test_the_constant_bounds_every_slope_and_is_attained_between_two_points(
    net: en.ReluNetwork, norm: str, data: st.DataObject
) -> None:
    box = data.draw(boxes(net.inputs))
    cx = en.enumerate_regions(net, box)
    found = cx.lipschitz(norm)
    constant_ = found.square if norm == "2" else found.value
    assert constant_ is not None
    power = 2 if norm == "2" else 1

    def slope(x: Point, y: Point) -> F:
        step = sizes_of(tuple(a - b for a, b in zip(x, y, strict=True)))[norm]
        return abs(net(x)[0] - net(y)[0]) ** power / step

    shares = data.draw(st.lists(points(net.inputs), min_size=2, max_size=2, unique=True))
    inside = [
        tuple(
            a + (b - a) * (v - v.__floor__())
            for a, b, v in zip(box.lower, box.upper, x, strict=True)
        )
        for x in shares
    ]
    if inside[0] != inside[1]:
        assert slope(*inside) <= constant_
    gradient = net.affine_piece(cx.interior_point(found.cell)).weight[0]
    direction = _steepest(gradient, norm)
    start = cx.interior_point(found.cell)
    step = F(1)
    piece = net.affine_piece(start)
    while True:
        end = tuple(a + step * b for a, b in zip(start, direction, strict=True))
        if end in box and net.pattern(end) == net.pattern(start):
            break
        step /= 2
    assert piece(end) == net(end)
    assert slope(start, end) == constant_


def _steepest(gradient: Point, norm: str) -> Point:
    """A direction in which an affine function with this gradient grows the fastest."""
    if norm == "2":
        return gradient if any(gradient) else tuple(F(1) for _ in gradient)
    if norm == "inf":
        return tuple(F(1) if v >= 0 else F(-1) for v in gradient)
    best = max(range(len(gradient)), key=lambda j: abs(gradient[j]))
    return tuple(F(int(j == best)) for j in range(len(gradient)))


@given(matrix=st.tuples(points(3), points(3)))
def test_operator_norms_are_attained_at_corners_of_the_unit_ball(
    matrix: tuple[Point, Point],
) -> None:
    def image(x: Point) -> Point:
        return tuple(sum((a * v for a, v in zip(row, x, strict=True)), F(0)) for row in matrix)

    signs = [tuple(map(F, s)) for s in product((-1, 1), repeat=3)]
    axes = [tuple(F(int(i == j)) for j in range(3)) for i in range(3)]
    assert operator_norm(matrix, "inf") == max(sizes_of(image(x))["inf"] for x in signs)
    assert operator_norm(matrix, "1") == max(sizes_of(image(x))["1"] for x in axes)
    row = matrix[0]
    assert operator_norm((row,), "2") == sizes_of(row)["2"]


def test_norms_that_are_not_rational_or_unknown_are_refused() -> None:
    two = en.enumerate_regions(en.ReluNetwork.of([([[1], [2]], [0, 0])]), [(0, 1)])
    with pytest.raises(InputError, match=r"norm: .* got '2' for 2 outputs\. The 2-norm of a"):
        two.lipschitz()
    with pytest.raises(InputError, match="norm: expected '1', '2' or 'inf', got '3'"):
        two.lipschitz("3")
    assert two.lipschitz("1").value == 3
    assert two.lipschitz("inf").value == 2
