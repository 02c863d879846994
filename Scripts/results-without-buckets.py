"""Copies results without the buckets of latencies, one result a line, so that they can be kept and compared by eye.

usage: results-without-buckets.py RESULTS OUTPUT
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    results = json.load(file)
for result in results["results"]:
    result.pop("buckets", None)
text = json.dumps(results, separators=(",", ":"), sort_keys=True)
for member in ('{"floor":', '{"group":', '{"agreed":', '{"count":'):
    text = text.replace(member, "\n" + member)
with open(sys.argv[2], "w", encoding="utf-8") as file:
    file.write(text + "\n")
