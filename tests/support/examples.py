"""How much of what tests draw and combine a run goes through: some, or all.

All by `pytest --hypothesis-profile thorough`.
"""

from hypothesis import HealthCheck, settings


def is_thorough() -> bool:
    """Whether this run goes through all."""
    return settings.get_current_profile_name() == "thorough"


def examples(most: int) -> settings:
    """So many examples in a thorough run, an eighth of them else, however long each is drawn."""
    count = most if is_thorough() else max(8, most // 8)
    return settings(max_examples=count, suppress_health_check=list(HealthCheck))
