"""A workload folder: policies.jsonl, principals.jsonl and requests.jsonl, each request with its expected answer."""

import collections
import dataclasses
import json
import os
import re


class NotExpressible(Exception):
    """A statement that a peer's language cannot say. The reason is counted and reported, never worked around."""


class InvalidWorkload(Exception):
    """A folder that is none, or a line that cannot be read."""


@dataclasses.dataclass(frozen=True)
class Condition:
    operator: str
    key: str
    values: tuple


@dataclasses.dataclass(frozen=True)
class Statement:
    effect: str
    actions: tuple
    resources: tuple
    conditions: tuple
    excludes_actions: bool = False
    excludes_resources: bool = False


@dataclasses.dataclass(frozen=True)
class Request:
    principal: str
    action: str
    resource: str
    context: dict
    is_allowed: bool


@dataclasses.dataclass
class Workload:
    name: str
    statements: dict  # policy id -> [Statement]
    policies: dict  # principal -> [policy id]
    requests: list

    def statements_of(self, principal):
        return [statement for policy in self.policies[principal] for statement in self.statements[policy]]


def as_list(value):
    return value if isinstance(value, list) else [value]


def text(value):
    """A value of a condition as the policy language reads it: booleans in small letters."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def statement(document):
    known = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
    for element in document.keys() - known:
        raise InvalidWorkload(f"a statement with the element {element}")
    conditions = [
        Condition(operator, key, tuple(map(text, as_list(values))))
        for operator, pairs in document.get("Condition", {}).items()
        for key, values in pairs.items()
    ]
    return Statement(
        document["Effect"],
        tuple(as_list(document.get("Action", document.get("NotAction")))),
        tuple(as_list(document.get("Resource", document.get("NotResource")))),
        tuple(conditions),
        "NotAction" in document,
        "NotResource" in document,
    )


def lines(folder, name):
    path = os.path.join(folder, name)
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise InvalidWorkload(f"{path}:{number}: {error}") from error
    except OSError as error:
        raise InvalidWorkload(str(error)) from error


def read(folder):
    """The workload of a folder."""
    try:
        statements = {
            line["id"]: [statement(one) for one in as_list(line["document"]["Statement"])]
            for line in lines(folder, "policies.jsonl")
        }
        policies = {line["arn"]: line["policies"] for line in lines(folder, "principals.jsonl")}
        requests = [
            Request(
                line["principal"],
                line["action"],
                line["resource"],
                {key: as_list(values) for key, values in line["context"].items()},
                line["expected"] == "Allow",
            )
            for line in lines(folder, "requests.jsonl")
        ]
    except (KeyError, TypeError) as error:
        raise InvalidWorkload(f"{folder}: not a workload: {error!r}") from error
    name = os.path.basename(os.path.abspath(folder))
    return Workload(name, statements, policies, requests)


def without_variables(pattern):
    """The pattern, unless its meaning depends on the request."""
    if "${" in pattern:
        raise NotExpressible("policy variables")
    return pattern


def regular_expression(pattern):
    """A pattern of * and ? as a regular expression that matches the whole text."""
    parts = {"*": ".*", "?": "."}
    return "".join(parts.get(letter) or re.escape(letter) for letter in without_variables(pattern)) + r"\Z"


def matching_actions(patterns, catalogue):
    """The actions of a catalogue that some pattern matches, whatever the case."""
    expressions = [re.compile(regular_expression(pattern), re.S | re.I) for pattern in patterns]
    return [action for action in catalogue if any(one.match(action) for one in expressions)]


def translated(principals, workload, translate):
    """Translates the statements of each principal: (what could be said, how many principals each reason left out)."""
    said, left_out, known = {}, collections.Counter(), {}
    for principal in principals:
        try:
            result = []
            for one in workload.statements_of(principal):
                if one not in known:
                    try:
                        known[one] = translate(one)
                    except NotExpressible as error:
                        known[one] = error
                if isinstance(known[one], NotExpressible):
                    raise known[one]
                result.append(known[one])
            said[principal] = result
        except NotExpressible as error:
            left_out[str(error)] += 1
    return said, left_out
