"""Ratios of paired measurements: medians with an interval that assumes nothing of how they are spread."""

from math import comb
from statistics import median


def interval(values: list[float], confidence: float = 0.95) -> tuple[float, float]:
    """An interval for the median by the sign test; the extremes where there are too few values for that."""
    ordered, count = sorted(values), len(values)
    # The chance that the median lies outside of the k-th smallest and the k-th largest.
    k, outside = 0, 0.0
    while k < count // 2:
        outside += 2 * comb(count, k) / 2**count
        if outside > 1 - confidence:
            break
        k += 1
    at = max(k - 1, 0)
    return ordered[at], ordered[count - 1 - at]


def ratios(paired: list[tuple[float, float]]) -> dict[str, float]:
    """Of pairs (ours, bare): the median ratio and its interval."""
    values = [ours / bare for ours, bare in paired]
    low, high = interval(values)
    return {"median": median(values), "low": low, "high": high, "rounds": len(values)}
