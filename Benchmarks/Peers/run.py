"""Asks other engines the requests of workload folders, compares every answer, and measures.

usage: run.py [--seconds S] [--engines cedar,casbin,rego] [--suite RESULTS]... --into RESULTS FOLDER...

The entries become the member `peers` of the results. What a peer's language cannot express is left out, counted and named.
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


def ours(suite, works):
    """This engine's entries, out of the results of the suite on the same folders.

    The suite compares every answer with the reference evaluator's, and ends at a wrong one.
    """
    names = {work.name: len(work.requests) for work in works}
    for result in suite["results"]:
        is_single = (result["group"], result["name"], result.get("unit")) == ("throughput", "single", "ns")
        if is_single and result.get("workload") in names and result["parameters"].get("threads") == 1:
            yield {
                "name": "Portcullis",
                "workload": result["workload"],
                "mode": "single checks in process",
                "checksPerSecond": round(1e9 / result["median"], 1),
                "medianNanoseconds": round(result["median"], 1),
                "agreed": names[result["workload"]],
                "asked": names[result["workload"]],
            }


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        sys.exit(f"benchmark-peers: {path}: {error}")


def store(path, value):
    """Writes results, one a line."""
    text = json.dumps(value, separators=(",", ":")).replace('{"group":', '\n{"group":').replace('{"name":', '\n{"name":')
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a round")
    parser.add_argument("--engines", default="cedar,casbin,rego")
    parser.add_argument("--suite", action="append", default=[], help="results of the suite on a folder")
    parser.add_argument("--into", required=True, help="results that get the member `peers`")
    parser.add_argument("folders", nargs="+")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        works = [workload.read(folder) for folder in options.folders]
    except workload.InvalidWorkload as error:
        sys.exit(f"benchmark-peers: {error}")
    results = load(options.into)
    entries = [entry for path in options.suite for entry in ours(load(path), works)]
    for work in works:
        for engine in options.engines.split(","):
            peer = importlib.import_module(f"{engine}_peer")
            entries += [figures(peer, *mode, work, options.seconds) for mode in peer.MODES]
    for entry in entries:
        print(
            f"{entry['workload']}  {entry['name']}, {entry['mode']}: {entry.get('checksPerSecond', 0):,.0f} checks/s, "
            f"{entry['agreed']} of {entry['asked']} answers agree"
        )
    results["peers"] = entries
    store(options.into, results)


if __name__ == "__main__":
    main()
