"""Tests of what all peers share. Run by `python3 -m unittest discover Benchmarks/Peers`."""

import json
import os
import tempfile
import unittest

import workload
from workload import NotExpressible, Statement


def allow(*actions, resources=("*",)):
    return Statement("Allow", actions, resources, ())


class Reading(unittest.TestCase):
    def folder(self, **changes):
        files = {
            "policies": {
                "id": "p",
                "document": {
                    "Statement": {
                        "Effect": "Allow",
                        "NotAction": "s3:*",
                        "Resource": ["a", "b"],
                        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": True}},
                    }
                },
            },
            "principals": {"arn": "role", "policies": ["p"], "tags": {}},
            "requests": {
                "principal": "role",
                "action": "ec2:RunInstances",
                "resource": "a",
                "context": {"k": "v"},
                "expected": "ImplicitDeny",
            },
        } | changes
        folder = tempfile.mkdtemp()
        for name, line in files.items():
            with open(os.path.join(folder, name + ".jsonl"), "w", encoding="utf-8") as file:
                file.write(line if isinstance(line, str) else json.dumps(line))
        return folder

    def test_statements_are_read_in_one_shape(self):
        read = workload.read(self.folder())
        (one,) = read.statements_of("role")
        self.assertEqual(one.actions, ("s3:*",))
        self.assertTrue(one.excludes_actions)
        self.assertEqual(one.conditions[0].values, ("true",))
        self.assertEqual(read.requests[0].context, {"k": ["v"]})
        self.assertFalse(read.requests[0].is_allowed)

    def test_what_cannot_be_read_is_refused_with_its_place(self):
        for changes, message in [
            ({"requests": "{"}, "requests.jsonl:1"),
            ({"principals": {"arn": "role"}}, "not a workload: KeyError('policies')"),
            ({"policies": {"id": "p", "document": {"Statement": {"Effect": "Allow", "Actoin": "*"}}}}, "Actoin"),
        ]:
            with self.assertRaisesRegex(workload.InvalidWorkload, message.replace("(", r"\(").replace(")", r"\)")):
                workload.read(self.folder(**changes))
        with self.assertRaises(workload.InvalidWorkload):
            workload.read("no/such/folder")


class Patterns(unittest.TestCase):
    def test_actions_match_whatever_their_case(self):
        catalogue = ["s3:GetObject", "s3:PutObject", "ec2:GetConsoleOutput"]
        self.assertEqual(workload.matching_actions(["S3:get*"], catalogue), ["s3:GetObject"])
        self.assertEqual(workload.matching_actions(["s3:?utObject"], catalogue), ["s3:PutObject"])
        self.assertEqual(workload.matching_actions(["s3:Get"], catalogue), [])

    def test_only_star_and_question_mark_are_special(self):
        self.assertRegex("a.b+c", workload.regular_expression("a.b+*"))
        self.assertNotRegex("aXb+c", workload.regular_expression("a.b+*"))

    def test_variables_are_not_expressible(self):
        with self.assertRaises(NotExpressible):
            workload.regular_expression("home/${aws:username}/*")


class Translating(unittest.TestCase):
    def test_a_principal_with_one_statement_that_cannot_be_said_is_left_out_with_the_reason(self):
        statements = {"good": [allow("a")], "bad": [allow("a"), allow("b")]}
        work = workload.Workload("w", statements, {"one": ["good"], "two": ["bad", "good"], "three": ["bad"]}, [])

        def translate(one):
            if one.actions == ("b",):
                raise NotExpressible("b")
            return one.actions[0]

        said, left_out = workload.translated(work.policies, work, translate)
        self.assertEqual(said, {"one": ["a"]})
        self.assertEqual(left_out, {"b": 2})


if __name__ == "__main__":
    unittest.main()
