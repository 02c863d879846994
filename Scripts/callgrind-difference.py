"""Compares two callgrind profiles of the same program, the second of which made more checks.

Writes the instructions per check under a name into a file of counts, and fails if any of them are forbidden. The profiles are taken with --dump-instr=yes, so that locked instructions, which no function's name tells, are found
by their addresses in the disassembly.

usage: callgrind-difference.py SHORTER LONGER CHECKS COUNTS NAME
"""

import collections
import json
import os
import re
import subprocess
import sys

FORBIDDEN = re.compile(
    r"swift_(retain|release|bridgeObject|unknownObject|alloc|slowAlloc|slowDealloc|dealloc|beginAccess)"
    r"|RefCounts|MutexHandle|^(malloc|calloc|realloc|free|_int_malloc|_int_free|posix_memalign)\b"
    r"|pthread_mutex|lll_lock|futex|^syscall$"
)
# An exchange with memory locks without saying so.
LOCKED = re.compile(r"^\s*([0-9a-f]+):\s+(lock\b.*|xchg\s.*\(.*)")


class Profile:
    """The instructions that each function, and each address of each object, ran itself."""

    def __init__(self, path):
        self.functions, self.addresses = collections.Counter(), collections.Counter()
        names, objects = {}, {}
        function = binary = address = None
        is_call = False
        with open(path) as lines:
            for line in lines:
                kind, _, rest = line.rstrip().partition("=")
                if kind in ("fn", "cfn"):
                    number = self.name(names, rest)
                    function = number if kind == "fn" else function
                elif kind in ("ob", "cob"):
                    number = self.name(objects, rest)
                    binary = number if kind == "ob" else binary
                elif kind == "calls":
                    is_call = True  # the line after it holds the cost of the callee
                elif re.match(r"0x|[-+*\d]", line) and function is not None:
                    place, _, cost = line.split()[:3]
                    if place[0] in "+-":
                        address += int(place, 0)
                    elif place != "*":
                        address = int(place, 0)
                    if not is_call:
                        self.functions[re.sub(r"'\d+$", "", names[function])] += int(cost)
                        self.addresses[objects.get(binary), address] += int(cost)
                    is_call = False

    @staticmethod
    def name(table, text):
        """The number of a name; the name itself stands where it occurs first."""
        number, name = re.match(r"\((\d+)\)(?: (.*))?", text).groups()
        if name:
            table[number] = name.strip()
        return number


def locked_instructions(binary):
    """The addresses of a binary's locked instructions, each with its text."""
    text = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", binary], capture_output=True, text=True, check=True
    ).stdout
    found = {}
    for line in text.splitlines():
        match = LOCKED.match(line)
        if match:
            found[int(match.group(1), 16)] = " ".join(match.group(2).split())
    return found


def executed_locks(counts):
    """How often each locked instruction ran, of those that the counts name."""
    ran = {}
    for binary in {binary for binary, _ in counts if binary and binary.startswith("/")}:
        for address, text in locked_instructions(binary).items():
            if counts.get((binary, address)):
                ran[f"{text} at {address:#x} of {binary}"] = counts[binary, address]
    return ran


def record(path, name, per_check):
    """Adds a count to the file of counts."""
    counts = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            counts = json.load(file)
    counts[name] = round(per_check, 2)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(counts, file)


def difference(longer, shorter):
    return {key: longer[key] - shorter[key] for key in longer if longer[key] != shorter[key]}


def main():
    shorter, longer = Profile(sys.argv[1]), Profile(sys.argv[2])
    checks, path, name_of_count = int(sys.argv[3]), sys.argv[4], sys.argv[5]
    functions = difference(longer.functions, shorter.functions)
    per_check = sum(functions.values()) / checks
    # A single call in every hundredth check would cost more than this; what is left differs from start to start.
    noise = checks / 50
    forbidden = {
        name: cost for name, cost in functions.items() if FORBIDDEN.search(name) and abs(cost) > noise
    }
    locks = executed_locks(difference(longer.addresses, shorter.addresses))
    forbidden.update({name: count for name, count in locks.items() if count > checks / 100})
    record(path, name_of_count, per_check)
    print(f"check-hot-path: {name_of_count}: {per_check:.1f} instructions a check")
    for name, cost in sorted(functions.items(), key=lambda pair: -pair[1])[:8]:
        print(f"  {cost / checks:8.1f}  {name[:120]}")
    for name, cost in forbidden.items():
        print(f"check-hot-path: {cost / checks:.2f} instructions a check in {name}")
    runtime = {key: cost for key, cost in longer.addresses.items() if re.search("libswiftCore|libportcullis", str(key[0]))}
    if not any(FORBIDDEN.search(name) for name in longer.functions) or not executed_locks(runtime):
        print("check-hot-path: the patterns find nothing where there is something")
        sys.exit(1)
    if forbidden or per_check <= 0:
        sys.exit(1)


main()
