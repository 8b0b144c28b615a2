# %% [markdown]
# A small network learns to tell the inside of a ring from its outside. How many linear regions does
# it have while it learns? The counts are exact at every checkpoint: weights are taken as the
# rational numbers that they store.

# %%
import torch

import exactnet as en

torch.manual_seed(2)
torch.set_num_threads(1)
model = torch.nn.Sequential(
    torch.nn.Linear(2, 16),
    torch.nn.ReLU(),
    torch.nn.Linear(16, 16),
    torch.nn.ReLU(),
    torch.nn.Linear(16, 1),
)
x = torch.rand(2000, 2) * 2 - 1
radius = x.norm(dim=1, keepdim=True)
y = ((radius > 0.4) & (radius < 0.8)).float() * 2 - 1

# %% [markdown]
# Train, and keep an exact copy of the network now and then.

# %%
STEPS = (0, 30, 100, 300, 1000, 2000)
adam = torch.optim.Adam(model.parameters(), lr=0.003)
kept = {}
for step in range(STEPS[-1] + 1):
    if step in STEPS:
        kept[step] = en.bridges.from_torch(model)
    adam.zero_grad()
    torch.relu(1 - y * model(x)).mean().backward()
    adam.step()
len(kept)

# %% [markdown]
# `count_along` counts one checkpoint after another. Beside the count: the pieces that differ as
# affine functions, and the exact Lipschitz constant in the sup-norm, here rounded for the eye.

# %% tags=["measured"]
square = en.Box.of([(-1, 1), (-1, 1)])
counts = list(en.count_along(kept.values(), box=square))
print("step  regions  pieces  Lipschitz")
for (step, net), count in zip(kept.items(), counts, strict=True):
    cx = en.enumerate_regions(net, box=square)
    steepest = float(cx.lipschitz("1").value)
    print(f"{step:4}  {int(count):7}  {cx.counts()['affine']:6}  {steepest:9.3f}")

# %% [markdown]
# No network of this shape has more regions than this, whatever its weights:

# %%
en.bounds.serra(2, [16, 16])

# %% [markdown]
# Training hardly approaches the bound; it moves the regions to where the labels change. Before and
# after, with the decision boundary in bold:

# %%
from pathlib import Path

from exactnet.viewing.picture import save_regions


class Picture:
    def __init__(self, path):
        self.data = Path(path).read_bytes()

    def _repr_png_(self):
        return self.data


drawn = save_regions(kept[0], "before.png", box=square)
Picture("before.png")

# %%
drawn = save_regions(kept[2000], "after.png", box=square)
Picture("after.png")

# %% [markdown]
# The shape of the decision set is a fact about a finite complex, so its Betti numbers are exact:
# pieces that are connected, and holes.

# %% tags=["measured"]
for step in (0, 300, 2000):
    decided = en.LevelSet.of(kept[step], box=square)
    pieces, holes = decided.region.betti
    print(f"step {step}: {pieces} pieces, {holes} holes")

# %% [markdown]
# And a question with an answer for every point, not for samples: is the network negative on the
# whole square of side 1/10 around the centre? If not, the result has a point.

# %% tags=["measured"]
middle = en.Box.of([("-1/20", "1/20"), ("-1/20", "1/20")])
result = en.prove_property(kept[2000], middle, then=[[0, 0, -1, 0]])
print(result.verdict.value, result.counterexample or "")
