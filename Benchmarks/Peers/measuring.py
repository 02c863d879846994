"""Answers first, then time: whole rounds for throughput, single calls for the median.

Times are of the processor, as those of the suite are, so that what else runs on the machine does not count.
"""

import dataclasses
import statistics
import time
import typing

ROUNDS = 5


@dataclasses.dataclass
class Prepared:
    """Requests made ready for a peer: what is done once is done, and not timed."""

    units: list  # what one call takes
    requests: list  # the requests of each unit
    decide: typing.Callable  # unit -> [bool]
    trivial: typing.Callable  # () -> anything: a call that reaches the engine and has nothing to decide, if known
    left_out: dict  # reason -> principals
    build_seconds: float
    engine_nanoseconds: typing.Callable = None  # unit -> what the engine itself says it took


def durations(call, arguments, seconds):
    """How long single calls take in nanoseconds, each with its argument."""
    times, end, index = [], time.process_time() + seconds, 0
    while time.process_time() < end or len(times) < 20:
        argument = arguments[index % len(arguments)]
        start = time.process_time_ns()
        call(argument)
        times.append((time.process_time_ns() - start, argument))
        index += 1
    return times


def rounds(prepared, seconds):
    """Checks a second of each round; a round takes requests in turn until its time is up."""
    index, rates = 0, []
    for number in range(ROUNDS + 1):
        checks, start = 0, time.process_time()
        end = start + seconds
        while True:
            place = index % len(prepared.units)
            prepared.decide(prepared.units[place])
            checks += len(prepared.requests[place])
            index += 1
            now = time.process_time()
            if now >= end:
                break
        if number > 0:  # the first warms up
            rates.append(checks / (now - start))
    return rates


def measure(prepared, seconds):
    """The figures of one mode."""
    agreed = asked = 0
    for unit, requests in zip(prepared.units, prepared.requests):
        for answer, request in zip(prepared.decide(unit), requests):
            asked += 1
            agreed += answer == request.is_allowed
    rates = rounds(prepared, seconds)
    sizes = {id(unit): len(requests) for unit, requests in zip(prepared.units, prepared.requests)}
    calls = durations(prepared.decide, prepared.units, seconds)
    figures = {
        "checksPerSecond": round(statistics.median(rates), 1),
        "checksPerSecondOfRounds": [round(rate, 1) for rate in rates],
        "medianNanoseconds": round(statistics.median(taken / sizes[id(unit)] for taken, unit in calls)),
        "buildSeconds": round(prepared.build_seconds, 3),
        "agreed": agreed,
        "asked": asked,
    }
    if prepared.trivial:
        calls = durations(lambda _: prepared.trivial(), [None], seconds / 4)
        figures["bindingNanoseconds"] = round(statistics.median(taken for taken, _ in calls))
    if prepared.engine_nanoseconds:
        sample = prepared.units[:: max(1, len(prepared.units) // 500)]
        figures["engineNanoseconds"] = round(statistics.median(map(prepared.engine_nanoseconds, sample)))
    return figures
