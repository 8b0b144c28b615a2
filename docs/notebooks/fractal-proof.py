# %% [markdown]
# A fractal in the plane, a network that realises it at every depth, three proofs that share no
# reasoning, a wrong network and the point that refutes it, and a file that somebody else can check.

# %%
import exactnet as en

half_turn = [["-1/4", 0], [0, "-1/4"]]  # shrinks by four and turns by 180 degrees
quarter = [["1/4", 0], [0, "1/4"]]
ifs = en.IFS.of(
    maps=[
        (quarter, ["-3/4", "-3/4"]),
        (half_turn, ["3/4", "-3/4"]),
        ([["1/2", 0], [0, "1/4"]], [0, "3/4"]),
    ],
    name="face",
)
ifs

# %% [markdown]
# Every hypothesis of the theorems was decided when the fractal was made: the images lie in the
# square [-1, 1]² and are pairwise disjoint. `gap` is the smallest sup-norm distance between two of
# them, `separation` the largest δ that gates can use.

# %%
ifs.contact.value, ifs.gap, ifs.separation

# %% [markdown]
# ## The network
#
# `exact` is the construction of Theorem 1: 2n+1 hidden layers, width at most 5dr, and no margin.

# %%
net = en.compile_ifs(ifs, depth=3)
net

# %% [markdown]
# Left the 27 cells of K₃, right the linear regions of the network, coloured by affine piece.

# %%
from pathlib import Path

from exactnet.viewing.picture import save_picture


class Picture:
    def __init__(self, path):
        self.data = Path(path).read_bytes()

    def _repr_png_(self):
        return self.data


print(save_picture(ifs, net, 3, "face.png"), "regions")
Picture("face.png")

# %% [markdown]
# ## The proof
#
# The claim is about every real point, not about samples. A result lists what it rests on.

# %%
claim = en.realizes(net, ifs, depth=3)
en.prove(claim)

# %% [markdown]
# Three routes: one step and induction, every region of the plane, and Z3 on the unrolled network.

# %%
for route in ("induction", "regions", "z3"):
    print(route, en.prove(claim, route=route).verdict.value)

# %% [markdown]
# One step that is proved for all states gives every depth at once.

# %%
every = en.prove_all_depths(ifs)
every.claim, every.verdict.value

# %% [markdown]
# ## A wrong network
#
# Raise one bias by a millionth. No picture would show it.

# %%
from fractions import Fraction

first, *rest = [(layer.weight, list(layer.bias)) for layer in net.layers]
first[1][0] += Fraction(1, 10**6)
wrong = en.ReluNetwork.of([first, *rest])
found = en.prove(en.realizes(wrong, ifs, depth=3))
found.verdict.value, found.route, found.counterexample

# %% [markdown]
# ## A certificate
#
# The checker is one file that uses the standard library only. It believes nothing of the above.

# %%
every.certificate.save("face.cert.json")
every.certificate.checked()
