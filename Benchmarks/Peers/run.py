"""Asks other engines the requests of workload folders, compares every answer, and measures.

usage: run.py [--seconds S] [--engines cedar,casbin,rego] --output FILE FOLDER...

The output is a JSON array; what a peer's language cannot express is left out, counted and named.
"""

import argparse
import importlib
import json
import sys

import measuring
import workload


def describe(left_out, skipped, total):
    reasons = ", ".join(f"{reason} ({count} principals)" for reason, count in left_out.items())
    return f"{reasons}; {skipped} of {total} requests not asked" if reasons else None


def figures(peer, label, limit, make, work, seconds):
    """One entry of the output."""
    entry = {"name": peer.NAME, "workload": work.name, "mode": label}
    requests = work.requests[:limit]
    prepared = make(work, requests)
    asked = sum(map(len, prepared.requests))
    reasons = describe(prepared.left_out, len(requests) - asked, len(requests))
    if reasons:
        entry["notExpressible"] = reasons
    if asked == 0:
        return entry | {"agreed": 0, "asked": 0}
    return entry | measuring.measure(prepared, seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a round")
    parser.add_argument("--engines", default="cedar,casbin,rego")
    parser.add_argument("--output", required=True)
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    try:
        works = [workload.read(folder) for folder in options.folders]
    except workload.InvalidWorkload as error:
        sys.exit(f"benchmark-peers: {error}")
    entries = []
    for work in works:
        for engine in options.engines.split(","):
            peer = importlib.import_module(f"{engine}_peer")
            for label, limit, make in peer.MODES:
                entry = figures(peer, label, limit, make, work, options.seconds)
                entries.append(entry)
                print(
                    f"{work.name}  {peer.NAME}, {label}: {entry.get('checksPerSecond', 0):,.0f} checks/s, "
                    f"{entry['agreed']} of {entry['asked']} answers agree",
                    flush=True,
                )
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
