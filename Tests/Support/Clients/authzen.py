"""Asks a decision server everything that AuthZEN's scenarios hold.

usage: authzen.py PORTCULLIS FOLDER
"""
import json
import os
import sys
import urllib.error
import urllib.request

from server import free_port, serving

SCENARIOS = {"todo": 43, "api-gateway": 25, "search": 198, "certification": 60}
ENDPOINTS = {
    "access_evaluation_endpoint": "evaluation",
    "access_evaluations_endpoint": "evaluations",
    "search_subject_endpoint": "search/subject",
    "search_resource_endpoint": "search/resource",
    "search_action_endpoint": "search/action",
}


def entity(parts, names):
    value = dict(zip(names, parts))
    if len(parts) > len(names):
        value["properties"] = parts[len(names)]
    return value


def request(row):
    value = {name: entity(row[name], ("type", "id")) for name in ("subject", "resource") if name in row}
    if "action" in row:
        value["action"] = entity(row["action"], ("name",))
    value.update({name: row[name] for name in ("context", "options", "page") if name in row})
    if "items" in row:
        value["evaluations"] = [request(item) for item in row["items"]]
    return value


def post(url, body, content_type="application/json"):
    headers = {"Content-Type": content_type, "X-Request-ID": "an id of ours"}
    try:
        asked = urllib.request.Request(url, data=body, headers=headers, method="POST")
        with urllib.request.urlopen(asked, timeout=10) as answer:
            status, headers, text = answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        status, headers, text = error.code, error.headers, error.read()
    if headers["X-Request-ID"] != "an id of ours":
        raise AssertionError("the id of the request does not come back")
    if not headers["Content-Type"].startswith("application/json"):
        raise AssertionError("the answer is not JSON")
    return status, json.loads(text)


def found(answer):
    return [result.get("id", result.get("name")) for result in answer["results"]]


def is_right(row, status, answer):
    if status != row.get("status", 200):
        return False
    if status != 200:
        return isinstance(answer, str) and answer != ""
    if "atLeast" in row:
        return set(row["atLeast"]) <= set(found(answer))
    if row["call"].startswith("search/"):
        return found(answer) == row["expect"]
    if isinstance(row["expect"], list):
        return [item["decision"] for item in answer["evaluations"]] == row["expect"]
    return answer["decision"] is row["expect"]


def check_metadata(base):
    with urllib.request.urlopen(base + "/.well-known/authzen-configuration", timeout=10) as answer:
        metadata = json.load(answer)
    assert metadata["policy_decision_point"] == base, metadata
    for name, path in ENDPOINTS.items():
        assert metadata[name] == f"{base}/access/v1/{path}", metadata
    return {path: metadata[name] for name, path in ENDPOINTS.items()}


def check_pages(url):
    """One result a page is as good as all at once."""
    question = {
        "subject": {"type": "user"},
        "action": {"name": "read"},
        "resource": {"type": "record", "id": "record-1"},
    }
    _, whole = post(url, json.dumps(question).encode())
    page, results = {"limit": 1}, []
    while True:
        status, answer = post(url, json.dumps({**question, "page": page}).encode())
        assert status == 200, answer
        results += answer["results"]
        token = answer["page"]["next_token"]
        if not token:
            break
        page = {"token": token}
    assert results == whole["results"] and len(results) == 2, results
    status, _ = post(url, json.dumps({**question, "page": {"token": "forged"}}).encode())
    assert status == 400


def check_scenario(portcullis, folder, name, count):
    with open(os.path.join(folder, name, "decisions.jsonl"), encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) == count, f"{name} has {len(rows)} lines"
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    mapping = os.path.join(folder, name, "mapping.json")
    options = ("--authzen", mapping, "--authzen-url", base)
    wrong = 0
    with serving(portcullis, os.path.join(folder, name, "policies"), port, *options):
        urls = check_metadata(base)
        for row in rows:
            body = row["text"] if "text" in row else json.dumps(row.get("body") or request(row))
            status, answer = post(urls[row["call"]], body.encode(), row.get("contentType", "application/json"))
            if not is_right(row, status, answer):
                wrong += 1
                print(f"{name}: {row['id']}: {status} {json.dumps(answer)}")
        if name == "certification":
            check_pages(urls["search/subject"])
    print(f"{name}: {count - wrong} of {count} answered as they must be")
    return wrong


def main():
    portcullis, folder = sys.argv[1:]
    sys.exit(any([check_scenario(portcullis, folder, name, count) for name, count in SCENARIOS.items()]))


if __name__ == "__main__":
    main()
