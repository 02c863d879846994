"""Compares two callgrind profiles of the same program, the second of which made more checks.

usage: callgrind-difference.py SHORTER LONGER CHECKS BUDGET
"""

import collections
import re
import sys

FORBIDDEN = re.compile(
    r"swift_(retain|release|bridgeObject|unknownObject|alloc|slowAlloc|slowDealloc|dealloc|beginAccess)"
    r"|RefCounts|^(malloc|calloc|realloc|free|_int_malloc|_int_free|posix_memalign)\b|pthread_mutex|lll_lock|futex"
)


def self_costs(path):
    """The instructions that each function ran itself."""
    names, costs, function, skip_next = {}, collections.Counter(), None, False
    with open(path) as lines:
        for line in lines:
            match = re.match(r"(c?fn)=\((\d+)\)(?: (.*))?", line)
            if match:
                kind, number, name = match.groups()
                if name:
                    names[number] = name.strip()
                if kind == "fn":
                    function = number
            elif line.startswith("calls="):
                skip_next = True  # the line after it holds the cost of the callee
            elif re.match(r"[-+*\d]", line) and function is not None:
                if not skip_next:
                    costs[function] += int(line.split()[1])
                skip_next = False
    total = collections.Counter()
    for number, cost in costs.items():
        total[re.sub(r"'\d+$", "", names[number])] += cost
    return total


def main():
    shorter, longer = self_costs(sys.argv[1]), self_costs(sys.argv[2])
    checks, budget = int(sys.argv[3]), int(sys.argv[4])
    difference = {name: longer[name] - shorter[name] for name in longer if longer[name] != shorter[name]}
    per_check = sum(difference.values()) / checks
    # A single call in every hundredth check would cost more than this; what is left differs from start to start.
    forbidden = {
        name: cost for name, cost in difference.items() if FORBIDDEN.search(name) and abs(cost) > checks / 50
    }
    print(f"check-hot-path: {per_check:.0f} instructions a check, the budget is {budget}")
    for name, cost in sorted(difference.items(), key=lambda pair: -pair[1])[:8]:
        print(f"  {cost / checks:8.1f}  {name[:120]}")
    for name, cost in forbidden.items():
        print(f"check-hot-path: {cost / checks:.2f} instructions a check in {name}")
    if not any(FORBIDDEN.search(name) for name in longer):
        print("check-hot-path: the pattern finds nothing where there is something")
        sys.exit(1)
    if forbidden or per_check > budget or per_check <= 0:
        sys.exit(1)


main()
