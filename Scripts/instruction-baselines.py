"""Compares counts of instructions with the baselines, or makes them the baselines.

A count that is lower is reported, too: until the baseline follows, half of what was won could be lost unseen.

usage: instruction-baselines.py [--update] BASELINES COUNTS
"""

import json
import subprocess
import sys

# Two clean builds in folders whose names have different lengths differed by 0.003 % at most. Of a check of 5,000
# instructions this notices five.
THRESHOLD = 0.001


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0].strip()


def toolchain():
    """What else than the sources decides how many instructions there are."""
    packages = ["libxxhash-dev", "libc6"]
    versions = [first_line("dpkg-query", "-W", "-f", "${Version}", name) for name in packages]
    parts = [first_line("swift", "--version"), *map(" ".join, zip(packages, versions)), first_line("valgrind", "--version")]
    return ", ".join(parts)


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def update(path, counts):
    try:
        known = read(path)["counts"]
    except FileNotFoundError:
        known = {}
    for name, count in counts.items():
        threshold = known.get(name, {}).get("threshold", THRESHOLD)
        known[name] = {"instructionsPerCheck": count, "threshold": threshold}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"format": 1, "toolchain": toolchain(), "counts": known}, file, indent=2)
        file.write("\n")
    print(f"check-hot-path: {len(counts)} baselines written to {path}")


def compare(baselines, counts):
    """Prints each count beside its baseline; false when one is off by more than its threshold."""
    is_equal, here = True, toolchain()
    for name, count in counts.items():
        known = baselines["counts"].get(name)
        if not known:
            print(f"check-hot-path: {name}: no baseline; make one by Scripts/check-hot-path --update")
            is_equal = False
            continue
        change = count / known["instructionsPerCheck"] - 1
        beside = f"{count:.1f} instructions a check, the baseline is {known['instructionsPerCheck']:.1f} ({change:+.2%})"
        if abs(change) <= known["threshold"]:
            print(f"check-hot-path: {name}: {beside}")
            continue
        is_equal = False
        word = "above" if change > 0 else "below"
        print(f"check-hot-path: {name}: {word} its baseline by more than {known['threshold']:.2%}: {beside}")
    if not is_equal:
        print("check-hot-path: if the change is meant, update the baselines: Scripts/check-hot-path --update")
        if baselines["toolchain"] != here:
            print(f"check-hot-path: the baselines are of {baselines['toolchain']}; here is {here}")
    return is_equal


def main():
    arguments = sys.argv[1:]
    is_update = arguments[:1] == ["--update"]
    path, counts = arguments[is_update:]
    if is_update:
        update(path, read(counts))
    elif not compare(read(path), read(counts)):
        sys.exit(1)


main()
