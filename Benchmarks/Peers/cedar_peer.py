"""Cedar, by cedarpy: each statement becomes one policy; policy sets and entities are parsed once."""

import collections
import importlib.metadata
import ipaddress
import json
import re
import time

import cedarpy

from measuring import Prepared
from workload import NotExpressible, matching_actions, translated, without_variables

NAME = f"cedarpy {importlib.metadata.version('cedarpy')}"
NO_ENTITIES = "[]"


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def like(subject, pattern):
    """`like` knows the star alone."""
    if "?" in without_variables(pattern):
        raise NotExpressible("`?` in a pattern")
    if "*" not in pattern:
        return f"{subject} == {quoted(pattern)}"
    if pattern.strip("*") == "":
        return "true"
    return f"{subject} like {quoted(pattern)}"


def either(terms):
    return "(" + " || ".join(terms) + ")" if terms else "false"


def condition(one):
    """A condition over the context; a key that is absent fails it, as the operators here demand."""
    subject = f"context[{quoted(one.key)}]"
    values = [without_variables(value) for value in one.values]
    if one.operator == "StringEquals":
        test = f"[{', '.join(map(quoted, values))}].contains({subject})"
    elif one.operator == "StringLike":
        test = either([like(subject, value) for value in values])
    elif one.operator == "Bool":
        test = f"[{', '.join(quoted(value.lower()) for value in values)}].contains({subject})"
    elif one.operator == "IpAddress":
        networks = [str(ipaddress.ip_network(value, strict=False)) for value in values]
        test = either([f"{subject}.isInRange(ip({quoted(network)}))" for network in networks])
    elif one.operator in ("DateLessThan", "DateGreaterThan"):
        sign = "<" if one.operator == "DateLessThan" else ">"
        test = either([f"{subject} {sign} datetime({quoted(value)})" for value in values])
    else:
        raise NotExpressible(f"the operator {one.operator}")
    return f"(context has {quoted(one.key)} && {test})"


def policy(one, catalogue, scope="principal"):
    """A statement as Cedar; wildcards in actions stand for the actions of the workload that they match."""
    actions = matching_actions(one.actions, catalogue)
    action = "action in [" + ", ".join(f"Action::{quoted(action)}" for action in actions) + "]"
    tests = [f"!({action})"] if one.excludes_actions else []
    resources = either([like("context.resource", pattern) for pattern in one.resources])
    tests.append(f"!{resources}" if one.excludes_resources else resources)
    tests += [condition(each) for each in one.conditions]
    effect = "permit" if one.effect == "Allow" else "forbid"
    head = f"{scope}, {'action' if one.excludes_actions else action}, resource"
    return f"{effect}({head}) when {{ {' && '.join(tests)} }};"


def concerns(one, action):
    return one.excludes_actions != bool(matching_actions(one.actions, [action]))


def typed_keys(workload):
    """Which keys of the context are addresses and times, as the policies use them."""
    types = {}
    for statements in workload.statements.values():
        for one in (each for statement in statements for each in statement.conditions):
            if one.operator.endswith("IpAddress"):
                types[one.key] = "ip"
            elif one.operator.startswith("Date"):
                types[one.key] = "datetime"
            elif one.operator == "Bool":
                types[one.key] = "Bool"
    return types


def question(request, types):
    """A request as the binding takes it. Its context is text, so that it is laid out once."""
    context = {"resource": request.resource}
    for key, values in request.context.items():
        kind = types.get(key)
        if kind in ("ip", "datetime"):
            context[key] = {"__extn": {"fn": kind, "arg": values[0]}}
        else:
            context[key] = values[0].lower() if kind == "Bool" else values[0]
    return {
        "principal": {"type": "Principal", "id": request.principal},
        "action": {"type": "Action", "id": request.action},
        "resource": {"type": "Resource", "id": re.sub(r"\W", "-", request.resource.split(":")[2])},
        "context": json.dumps(context),
    }


def trivial(example):
    everything = cedarpy.PolicySet.from_str("permit(principal, action, resource);")
    nobody = cedarpy.Entities.from_json_str(NO_ENTITIES)
    return lambda: cedarpy.is_authorized(example, everything, nobody)


def engine_nanoseconds(result):
    return result.metrics["authz_duration_micros"] * 1000


def sliced(workload, requests, by_action=False, is_batch=False):
    """One policy set a principal, as Cedar's guides tell to slice, or one a principal and action.

    In a batch, all requests that share a policy set are one call.
    """
    catalogue = sorted({request.action for request in requests})
    start = time.process_time()
    principals = dict.fromkeys(request.principal for request in requests)
    said, left_out = translated(principals, workload, lambda one: (one, policy(one, catalogue)))

    def slice_of(request):
        return (request.principal, request.action) if by_action else request.principal

    sets, groups = {}, collections.defaultdict(list)
    for number, request in enumerate(requests):
        if request.principal in said:
            groups[slice_of(request) if is_batch else number].append(request)
            if slice_of(request) not in sets:
                texts = [
                    text
                    for one, text in said[request.principal]
                    if not by_action or concerns(one, request.action)
                ]
                sets[slice_of(request)] = cedarpy.PolicySet.from_str("\n".join(texts))
    entities = cedarpy.Entities.from_json_str(NO_ENTITIES)
    build = time.process_time() - start
    types = typed_keys(workload)
    units = [
        ([question(request, types) for request in group], sets[slice_of(group[0])]) for group in groups.values()
    ]

    def decide_one(unit):
        return [cedarpy.is_authorized(unit[0][0], unit[1], entities).allowed]

    def decide_many(unit):
        return [result.allowed for result in cedarpy.is_authorized_batch(unit[0], unit[1], entities)]

    return Prepared(
        units,
        list(groups.values()),
        decide_many if is_batch else decide_one,
        # A batch shares the call among its requests.
        trivial(units[0][0][0]) if units and not is_batch else None,
        left_out,
        build,
        lambda unit: engine_nanoseconds(cedarpy.is_authorized(unit[0][0], unit[1], entities)),
    )


def whole(workload, requests):
    """One policy set for all, in which a principal is a member of its policies."""
    catalogue = sorted({request.action for request in requests})
    start = time.process_time()
    said, left_out = translated(workload.policies, workload, lambda one: policy(one, catalogue))
    texts = [
        policy(one, catalogue, f"principal in Policy::{quoted(name)}")
        for name in sorted({name for principal in said for name in workload.policies[principal]})
        for one in workload.statements[name]
    ]
    policies = cedarpy.PolicySet.from_str("\n".join(texts))
    members = [
        {
            "uid": {"type": "Principal", "id": principal},
            "attrs": {},
            "parents": [{"type": "Policy", "id": name} for name in workload.policies[principal]],
        }
        for principal in said
    ]
    entities = cedarpy.Entities.from_json_str(json.dumps(members))
    build = time.process_time() - start
    types = typed_keys(workload)
    asked = [request for request in requests if request.principal in said]
    questions = [question(request, types) for request in asked]
    return Prepared(
        questions,
        [[request] for request in asked],
        lambda unit: [cedarpy.is_authorized(unit, policies, entities).allowed],
        trivial(questions[0]) if questions else None,
        left_out,
        build,
        lambda unit: engine_nanoseconds(cedarpy.is_authorized(unit, policies, entities)),
    )


# What is measured: (what it is called, how many requests at most, how it is made ready).
MODES = [
    ("a parsed policy set a principal", 20_000, sliced),
    ("a parsed policy set a principal, its requests in one call", 20_000, lambda *of: sliced(*of, is_batch=True)),
    ("a parsed policy set a principal and action", 2_000, lambda *of: sliced(*of, by_action=True)),
    ("one parsed policy set for all", 2_000, whole),
]
