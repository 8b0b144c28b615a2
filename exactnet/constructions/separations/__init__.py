"""Depth separations: functions that small deep networks compute and no small shallow one does.

>>> from exactnet.constructions import separations
>>> separations.names()[:3]
('telgarsky', 'telgarsky-2016', 'l1-radial')
>>> entry = separations.get("ball", pieces=16)
>>> entry.title, entry.network.neurons, entry.norm
('ball d=2 pieces=16', 34, 'L1')
"""

from exactnet.constructions.separations.registry import Family as Family
from exactnet.constructions.separations.registry import families as families
from exactnet.constructions.separations.registry import family as family
from exactnet.constructions.separations.registry import get as get
from exactnet.constructions.separations.registry import names as names
