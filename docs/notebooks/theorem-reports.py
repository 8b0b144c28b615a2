# %% [markdown]
# Each theorem of the talk, on a concrete fractal: are its hypotheses true, what are its two sides,
# does it hold, and what does that rest on? A report shows itself in a notebook.

# %%
import exactnet as en

cantor = en.gallery.cantor()
report = en.theorems.theorem1(cantor, 3)
report

# %% [markdown]
# A report is an object: verdict, both sides, sizes, hypotheses with evidence.

# %%
report.verdict.value, report.left, report.right

# %%
for hypothesis in report.hypotheses:
    print(hypothesis.name, "-", hypothesis.holds)

# %% [markdown]
# ## Where a hypothesis is false
#
# The Sierpinski maps of the talk have images that touch. The theorem does not apply, and the report
# has a point that two of them share.

# %%
touching = en.theorems.theorem1(en.gallery.sierpinski(), 2)
print(touching.verdict.value)
for hypothesis in touching.hypotheses:
    if not hypothesis.holds:
        print(hypothesis.name, "-", hypothesis.evidence)

# %% [markdown]
# ## Theorem 2: how narrow can a network be?
#
# The bound is one thing, the truth another. For small instances the true minimal width is found,
# with a proof from both sides.

# %%
second = en.theorems.theorem2(cantor, 3)
print(second.verdict.value, "- width", second.left, ">=", second.right)
print("t  at least  at most  why not less")
for t, least, most, why, *_ in second.table("True minimal width").rows:
    print(f"{t}  {least:8}  {most:7}  {why}")

# %% [markdown]
# ## Theorem 3: the loss of shallow networks
#
# P(j) is the approximation curve. The network for K_j has exactly the loss 1 − P(j): here for
# negatives that are spread over all levels, and for such that all lie on the finest one.

# %%
spread = en.FractalDistribution(cantor, 4, curve=en.curves.uniform(4))
fine = en.FractalDistribution(cantor, 4, curve=en.curves.fine(4))
print("j  spread  fine")
for j in range(5):
    net = en.compile_ifs(cantor, j)
    print(j, f"{en.exact_loss(net, spread)!s:>6}", f"{en.exact_loss(net, fine)!s:>6}")

# %%
third = en.theorems.theorem3(cantor, 4)
third.verdict.value, third.left, third.right

# %% [markdown]
# In the plane its second part is false as the slides word it, so there it does not apply, and the
# report says what breaks it.

# %%
plane = en.theorems.theorem3(en.gallery.cantor_dust(), 3)
print(plane.verdict.value)
for hypothesis in plane.hypotheses:
    if not hypothesis.holds:
        print(hypothesis.name, "-", hypothesis.evidence)

# %% [markdown]
# ## The gradient theorem
#
# Gradients are exact, region by region. The probability over initialisations is estimated from
# seeded ones, and its verdict is an observation with an interval, not a proof.

# %%
gradient = en.theorems.gradient_theorem(cantor, 4, initialisations=40)
print(gradient.verdict.value, "-", gradient.left, "against", gradient.right)
print(*gradient.rests_on, sep="\n")
