"""Rego, by regopy (rego-cpp): policies as data under a general rule, compiled once into a bundle.

The data is kept by principal and action, so that a check sees only the statements that name its action.
"""

import collections
import importlib.metadata
import ipaddress
import time

import regopy

from measuring import Prepared
from workload import NotExpressible, matching_actions, regular_expression, translated, without_variables

NAME = f"regopy {importlib.metadata.version('regopy')}"

# Asked as an entry point: a query whose answer is false has no answer at all.
ENTRY = "access/allow"
RULES = """
package access

import rego.v1

default allow := false

allow if {
    some permit in data.statements[input.principal][input.action].Allow
    applies(permit)
    not denied
}

denied if {
    some forbid in data.statements[input.principal][input.action].Deny
    applies(forbid)
}

applies(statement) if {
    concerns(statement)
    every condition in statement.conditions { holds(condition) }
}

concerns(statement) if {
    some prefix in statement.prefixes
    startswith(input.resource, prefix)
}

concerns(statement) if input.resource in statement.exact

concerns(statement) if {
    some expression in statement.expressions
    regex.match(expression, input.resource)
}

holds(condition) if {
    condition.test == "equals"
    input.context[condition.key] in condition.values
}

holds(condition) if {
    condition.test == "like"
    some expression in condition.values
    regex.match(expression, input.context[condition.key])
}

holds(condition) if {
    condition.test == "network"
    some network in condition.values
    net.cidr_contains(network, input.context[condition.key])
}

holds(condition) if {
    condition.test == "before"
    some moment in condition.values
    input.context[condition.key] < moment
}

holds(condition) if {
    condition.test == "after"
    some moment in condition.values
    input.context[condition.key] > moment
}
"""

# rego-cpp compiles calls of some built-ins that it does not have, and lets them be undefined.
HAS_NETWORKS = str(regopy.Interpreter().query('net.cidr_contains("10.0.0.0/8", "10.1.1.1")')) != "undefined"

TESTS = {
    "StringEquals": "equals",
    "Bool": "equals",
    "StringLike": "like",
    "IpAddress": "network",
    "DateLessThan": "before",
    "DateGreaterThan": "after",
}


def anchored(pattern):
    return "^" + regular_expression(pattern).removesuffix(r"\Z") + "$"


def value(one, text):
    text = without_variables(text)
    if one.operator == "StringLike":
        return anchored(text)
    if one.operator == "IpAddress":
        return str(ipaddress.ip_network(text, strict=False))
    return text.lower() if one.operator == "Bool" else text


def condition(one):
    if one.operator not in TESTS:
        raise NotExpressible(f"the operator {one.operator}")
    if one.operator == "IpAddress" and not HAS_NETWORKS:
        raise NotExpressible("IpAddress: the engine lacks net.cidr_contains")
    return {"test": TESTS[one.operator], "key": one.key, "values": [value(one, text) for text in one.values]}


def rule(one):
    """A statement as data, patterns sorted by what decides them."""
    if one.excludes_actions or one.excludes_resources:
        raise NotExpressible("NotAction and NotResource as data by action")
    said = {"prefixes": [], "exact": [], "expressions": [], "conditions": [condition(each) for each in one.conditions]}
    for pattern in map(without_variables, one.resources):
        if "?" in pattern or "*" in pattern[:-1]:
            said["expressions"].append(anchored(pattern))
        elif pattern.endswith("*"):
            said["prefixes"].append(pattern[:-1])
        else:
            said["exact"].append(pattern)
    return one.effect, one.actions, said


def by_principal_and_action(workload, requests):
    catalogue = sorted({request.action for request in requests})
    principals = dict.fromkeys(request.principal for request in requests)
    start = time.process_time()
    said, left_out = translated(principals, workload, rule)
    statements = {}
    for principal, rules in said.items():
        by_action = collections.defaultdict(lambda: {"Allow": [], "Deny": []})
        for effect, patterns, one in rules:
            for action in matching_actions(patterns, catalogue):
                by_action[action][effect].append(one)
        statements[principal] = by_action
    interpreter, bundle = compiled(RULES, {"statements": statements})
    build = time.process_time() - start
    asked = [request for request in requests if request.principal in said]
    boolean = {
        one.key
        for principal in said
        for statement in workload.statements_of(principal)
        for one in statement.conditions
        if one.operator == "Bool"
    }
    units = [question(request, boolean) for request in asked]

    def decide(unit):
        interpreter.set_input(unit)
        return [interpreter.query_bundle_entrypoint(bundle, ENTRY)[0][0]]

    return Prepared(units, [[request] for request in asked], decide, trivial(units[0]) if units else None, left_out, build)


def compiled(rules, data):
    builder = regopy.Interpreter()
    builder.add_data(data)
    builder.add_module("access.rego", rules)
    bundle = builder.build(None, [ENTRY])
    if not bundle.ok():
        raise RuntimeError("regopy cannot compile its rules")
    return builder, bundle


def question(request, boolean):
    context = {
        key: values[0].lower() if key in boolean else values[0] for key, values in request.context.items()
    }
    return regopy.Input(
        {
            "principal": request.principal,
            "action": request.action,
            "resource": request.resource,
            "context": context,
        }
    )


def trivial(example):
    interpreter, bundle = compiled("package access\nallow := true\n", {})

    def call():
        interpreter.set_input(example)
        return interpreter.query_bundle_entrypoint(bundle, ENTRY)

    return call


MODES = [("a compiled bundle, statements as data by principal and action", 1_000, by_principal_and_action)]
