"""One Hypothesis profile for all tests: exact arithmetic has no business with deadlines."""

from hypothesis import settings

settings.register_profile("exactnet", deadline=None)
settings.load_profile("exactnet")
