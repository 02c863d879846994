"""Asks a decision server's policy simulator with AWS's command line and boto3.

usage: simulator.py PORTCULLIS DIRECTORY
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import boto3
import botocore.exceptions
import botocore.parsers

from server import clean_environment, free_port, serving

ADA = "arn:aws:iam::111122223333:user/ada"
CHECKPOINT = "arn:aws:s3:::acme-checkpoints/x"
MFA = {"ContextKeyName": "aws:MultiFactorAuthPresent", "ContextKeyType": "boolean", "ContextKeyValues": ["true"]}
DATED = json.dumps({
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Action": "dynamodb:*",
        "Resource": "*",
        "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2018-08-16T12:00:00Z"}},
    },
})
ODD = "arn:aws:s3:::b/<&>\"'\u00e9 +%25"


def policy(effect, action, **more):
    statement = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def date(value):
    return {"ContextKeyName": "aws:CurrentTime", "ContextKeyType": "date", "ContextKeyValues": [value]}


def decisions(answer):
    return [result["EvalDecision"] for result in answer["EvaluationResults"]]


def code(call):
    try:
        call()
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("no error")


class CommandLine:
    """`aws iam` on an endpoint."""

    def __init__(self, endpoint):
        self.words = [sys.executable, os.path.join(os.path.dirname(sys.executable), "aws"), "--endpoint-url", endpoint, "--output", "json", "iam"]

    def run(self, *words):
        return subprocess.run(
            self.words + list(words), env=os.environ, capture_output=True, text=True, check=False, timeout=60
        )

    def __call__(self, *words):
        run = self.run(*words)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)


def check_custom(iam, aws):
    """AWS's own examples, from both clients."""
    for value, expected in (("2019-04-25T11:00:00Z", "allowed"), ("2014-04-25T11:00:00Z", "implicitDeny")):
        ours = iam.simulate_custom_policy(
            PolicyInputList=[DATED], ActionNames=["dynamodb:CreateBackup"], ContextEntries=[date(value)]
        )
        theirs = aws(
            "simulate-custom-policy", "--policy-input-list", DATED, "--action-names", "dynamodb:CreateBackup",
            "--context-entries", f"ContextKeyName='aws:CurrentTime',ContextKeyValues='{value}',ContextKeyType=date",
        )
        assert decisions(ours) == [expected], ours
        assert ours["EvaluationResults"] == theirs["EvaluationResults"], (ours, theirs)
        assert ours["ResponseMetadata"]["RequestId"]
    missing = iam.simulate_custom_policy(PolicyInputList=[DATED], ActionNames=["dynamodb:CreateBackup"])
    assert missing["EvaluationResults"][0]["MissingContextValues"] == ["aws:CurrentTime"], missing


def check_resources(iam):
    bucket = json.dumps({
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": ADA}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
    })
    answer = iam.simulate_custom_policy(
        PolicyInputList=[policy("Allow", "s3:Put*")],
        ActionNames=["s3:GetObject", "s3:PutObject"],
        ResourceArns=[ODD, "arn:aws:s3:::b/y"],
        ResourcePolicy=bucket,
        ResourceOwner="arn:aws:iam::222233334444:root",
        CallerArn=ADA,
    )
    assert decisions(answer) == ["implicitDeny", "implicitDeny"], answer
    first = answer["EvaluationResults"][0]
    assert first["EvalDecisionDetails"] == {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}, first
    assert [part["EvalResourceName"] for part in first["ResourceSpecificResults"]] == [ODD, "arn:aws:s3:::b/y"], first


def check_ceilings(iam):
    answer = iam.simulate_custom_policy(
        PolicyInputList=[policy("Allow", "*")],
        PermissionsBoundaryPolicyInputList=[policy("Allow", "s3:Get*")],
        ActionNames=["s3:GetObject", "s3:PutObject"],
    )
    assert decisions(answer) == ["allowed", "implicitDeny"], answer
    details = [result["PermissionsBoundaryDecisionDetail"] for result in answer["EvaluationResults"]]
    assert [detail["AllowedByPermissionsBoundary"] for detail in details] == [True, False], answer


def check_principal(iam, aws):
    for context, action, expected in (
        ([MFA], "s3:GetObject", "allowed"),
        ([MFA], "s3:DeleteObject", "explicitDeny"),
        ([], "s3:GetObject", "explicitDeny"),
    ):
        ours = iam.simulate_principal_policy(
            PolicySourceArn=ADA, ActionNames=[action], ResourceArns=[CHECKPOINT], ContextEntries=context
        )
        theirs = aws(
            "simulate-principal-policy", "--policy-source-arn", ADA, "--action-names", action,
            "--resource-arns", CHECKPOINT, "--context-entries", json.dumps(context),
        )
        assert decisions(ours) == [expected], ours
        assert ours["EvaluationResults"] == theirs["EvaluationResults"], (ours, theirs)
    organization = ours["EvaluationResults"][0]["OrganizationsDecisionDetail"]
    assert organization == {"AllowedByOrganizations": False}, ours


def check_pages(iam):
    actions = [f"s3:Get{number}" for number in range(250)]
    arguments = {"PolicyInputList": [policy("Allow", "s3:*")], "ActionNames": actions}
    whole = iam.get_paginator("simulate_custom_policy").paginate(**arguments).build_full_result()
    small = iam.get_paginator("simulate_custom_policy").paginate(**arguments, PaginationConfig={"PageSize": 7})
    pages = list(small)
    assert len(pages) == 36, len(pages)
    names = [result["EvalActionName"] for page in pages for result in page["EvaluationResults"]]
    assert names == actions == [result["EvalActionName"] for result in whole["EvaluationResults"]]


def check_errors(iam, aws):
    allow = policy("Allow", "*")
    nobody = "arn:aws:iam::111122223333:user/nobody"
    expected = {
        ("InvalidInput", 400): [
            lambda: iam.simulate_custom_policy(PolicyInputList=["{"], ActionNames=["s3:GetObject"]),
            lambda: iam.simulate_custom_policy(PolicyInputList=[allow], ActionNames=["s3:*"]),
            lambda: iam.simulate_custom_policy(PolicyInputList=[allow], ActionNames=["s3:Get"], Marker="x"),
        ],
        ("NoSuchEntity", 404): [
            lambda: iam.simulate_principal_policy(PolicySourceArn=nobody, ActionNames=["s3:GetObject"])
        ],
        ("InvalidAction", 400): [lambda: iam.list_users()],
    }
    for answer, calls in expected.items():
        for call in calls:
            assert code(call) == answer, (code(call), answer)
    run = aws.run("simulate-principal-policy", "--policy-source-arn", nobody, "--action-names", "s3:GetObject")
    assert run.returncode in (254, 255) and "(NoSuchEntity)" in run.stderr, run.stderr


def check_tokens(portcullis, directory):
    """With the hook that the documentation shows, boto3 sends a token; without, it is turned away."""
    port, admin, token = free_port(), free_port(), "a-token-of-thirty-two-or-more-characters"
    with tempfile.NamedTemporaryFile("w") as tokens:
        tokens.write(f"tester sha256:{hashlib.sha256(token.encode()).hexdigest()}\n")
        tokens.flush()
        options = ("--admin-listen", f"127.0.0.1:{admin}", "--simulator", "--admin-tokens", tokens.name)
        with serving(portcullis, directory, port, *options):
            iam = boto3.client("iam", endpoint_url=f"http://127.0.0.1:{admin}")

            def call():
                return iam.simulate_principal_policy(PolicySourceArn=ADA, ActionNames=["s3:GetObject"])

            try:
                call()
                raise AssertionError("asked without a token")
            except botocore.parsers.ResponseParserError as error:
                # The server turns everybody away in plain text.
                assert "Unauthorized" in str(error), error

            def authorize(request, **_):
                request.headers["x-portcullis-token"] = token

            iam.meta.events.register("before-send.iam", authorize)
            assert decisions(call()) == ["explicitDeny"]


def main():
    portcullis, directory = sys.argv[1:]
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    port, admin = free_port(), free_port()
    options = ("--admin-listen", f"127.0.0.1:{admin}", "--simulator")
    with serving(portcullis, directory, port, *options):
        endpoint = f"http://127.0.0.1:{admin}"
        iam, aws = boto3.client("iam", endpoint_url=endpoint), CommandLine(endpoint)
        check_custom(iam, aws)
        check_resources(iam)
        check_ceilings(iam)
        check_principal(iam, aws)
        check_pages(iam)
        check_errors(iam, aws)
    check_tokens(portcullis, directory)
    print("the simulator answers AWS's clients as it must")


ENVIRONMENT = clean_environment()

if __name__ == "__main__":
    main()
