"""Casbin, by pycasbin: a row for each action and resource pattern of a statement, an enforcer for each principal.

FastEnforcer keeps its rows by subject and action, which is the fastest way that its documentation shows; adding rows
to it takes time by the square of their number, so that one enforcer for all principals would not load. Each pair of an
operator and a context key that the policies use is a column of its own, so that no row holds an expression that
would be parsed in every check.
"""

import importlib.metadata
import itertools
import logging
import time

import casbin
from casbin.model import FastModel

from measuring import Prepared
from workload import NotExpressible, matching_actions, regular_expression, translated, without_variables

NAME = f"pycasbin {importlib.metadata.version('pycasbin')}"
ANY = "-"


def kind_and_pattern(pattern):
    """keyMatch knows a star at the end; everything else is a regular expression."""
    if "?" not in pattern and "*" not in without_variables(pattern)[:-1]:
        return "key", pattern
    return "regex", regular_expression(pattern)


def test(operator, column):
    """How a column decides about its request value."""
    mine, theirs = f"r.{column}", f"p.{column}"
    tests = {
        "StringEquals": f"{mine} == {theirs}",
        "Bool": f"{mine} == {theirs}",
        "StringLike": f"regexMatch({mine}, {theirs})",
        "IpAddress": f"ipMatch({mine}, {theirs})",
        "DateLessThan": f"{mine} < {theirs}",
        "DateGreaterThan": f"{mine} > {theirs}",
    }
    if operator not in tests:
        raise NotExpressible(f"the operator {operator}")
    # A key that the request lacks is an empty text, and fails.
    return f"({theirs} == '{ANY}' || ({mine} != '' && {tests[operator]}))"


def column_value(operator, value):
    value = without_variables(value)
    if operator == "Bool":
        return value.lower()
    return regular_expression(value) if operator == "StringLike" else value


def rows(statement, columns, catalogue):
    """The rows of a statement but for the principal; values of one condition are alternatives, so rows too."""
    if statement.excludes_actions or statement.excludes_resources:
        raise NotExpressible("NotAction and NotResource")
    cells = [[ANY]] * len(columns)
    for one in statement.conditions:
        test(one.operator, "")
        place = columns.index((one.operator, one.key))
        cells[place] = [column_value(one.operator, value) for value in one.values]
    effect = "allow" if statement.effect == "Allow" else "deny"
    actions = matching_actions(statement.actions, catalogue)
    for action, resource in itertools.product(actions, statement.resources):
        for values in itertools.product(*cells):
            yield [action, *kind_and_pattern(resource), *values, effect]


def model(columns):
    names = [f"c{number}" for number in range(len(columns))]
    tests = [test(operator, name) for (operator, _), name in zip(columns, names)]
    tail = "".join(f", {name}" for name in names)
    resource = "(p.kind == 'key' && keyMatch(r.obj, p.obj) || p.kind == 'regex' && regexMatch(r.obj, p.obj))"
    matcher = " && ".join(["r.sub == p.sub", "r.act == p.act", resource, *tests])
    return f"""
[request_definition]
r = sub, act, obj{tail}
[policy_definition]
p = sub, act, kind, obj{tail}, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = {matcher}
"""


def enforcer_of(text):
    """An enforcer that keeps its rows by subject and action."""
    rules = FastModel([0, 1])
    rules.load_model_from_text(text)
    return casbin.FastEnforcer(rules, cache_key_order=[0, 1])


def used_columns(workload, principals):
    """The pairs of operator and key in the policies of some principals, of those that a column can say."""
    pairs = {
        (one.operator, one.key)
        for principal in principals
        for statement in workload.statements_of(principal)
        for one in statement.conditions
    }
    known = []
    for operator, key in sorted(pairs):
        try:
            test(operator, "")
            known.append((operator, key))
        except NotExpressible:
            pass
    return known


def by_principal(workload, requests):
    logging.disable(logging.CRITICAL)
    catalogue = sorted({request.action for request in requests})
    principals = dict.fromkeys(request.principal for request in requests)
    start = time.process_time()
    columns = used_columns(workload, principals)
    said, left_out = translated(principals, workload, lambda one: list(rows(one, columns, catalogue)))
    enforcers = {}
    for name, lists in said.items():
        enforcers[name] = enforcer_of(model(columns))
        enforcers[name].add_policies([[name, *row] for row in dict.fromkeys(map(tuple, sum(lists, [])))])
    build = time.process_time() - start
    asked = [request for request in requests if request.principal in said]
    units = [(enforcers[request.principal], arguments(request, columns)) for request in asked]
    return Prepared(
        units,
        [[request] for request in asked],
        lambda unit: [unit[0].enforce(*unit[1])],
        trivial(),
        left_out,
        build,
    )


def arguments(request, columns):
    values = []
    for operator, key in columns:
        value = request.context.get(key, [""])[0]
        values.append(value.lower() if operator == "Bool" else value)
    return (request.principal, request.action, request.resource, *values)


def trivial():
    """One row that names one subject."""
    enforcer = enforcer_of(
        """
[request_definition]
r = sub, act
[policy_definition]
p = sub, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act
"""
    )
    enforcer.add_policy("somebody", "act")
    return lambda: enforcer.enforce("somebody", "act")


MODES = [("a FastEnforcer a principal, rows kept by action", 2_000, by_principal)]
