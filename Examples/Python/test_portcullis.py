"""Tests of the binding, on the policies of Examples/acme."""

import datetime
import json
import pathlib
import tempfile
import threading
import unittest
from typing import Any

from portcullis import Decision, Engine, Layer, Outcome, PortcullisError, Reader, Request, version

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent
ACME = str(EXAMPLES / "acme")
OUTCOMES = {"allow": Outcome.ALLOW, "implicitDeny": Outcome.IMPLICIT_DENY, "explicitDeny": Outcome.EXPLICIT_DENY}


def time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def request_of(document: dict[str, Any]) -> Request:
    principal = document["principal"]
    if isinstance(principal, dict):
        principal = principal.get("name") or principal.get("provider") or principal["arn"]
    request = Request(
        principal=principal,
        action=document["action"],
        resource=document["resource"],
        context=document.get("context"),
    )
    if "resourceAccount" in document:
        request.set_resource(document["resource"], account=document["resourceAccount"])
    request.set_time(time(document["at"]))
    session = document.get("session")
    if session is not None:
        request.set_session(
            name=session.get("name"),
            mfa=session.get("mfa", False),
            mfa_age=session.get("mfaAgeSeconds"),
            issued_at=time(session["issuedAt"]) if "issuedAt" in session else None,
            source_identity=session.get("sourceIdentity"),
            federated_provider=session.get("federatedProvider"),
            tags=session.get("tags"),
            policies=[json.dumps(policy) for policy in session.get("policies", [])],
        )
    return request


def ada(action: str = "s3:ListBucket") -> Request:
    return Request(
        principal="arn:aws:iam::111122223333:user/ada", action=action, resource="arn:aws:s3:::acme-checkpoints"
    )


class DecidingTests(unittest.TestCase):
    def setUp(self) -> None:
        self.engine = self.enterContext(Engine.open(ACME))
        self.reader: Reader = self.enterContext(self.engine.reader())

    def test_the_example_requests_get_the_expected_answers(self) -> None:
        lines = (EXAMPLES / "requests.jsonl").read_text().splitlines()
        documents = [json.loads(line) for line in lines if line]
        requests = [self.enterContext(request_of(document)) for document in documents]
        batch = self.reader.check_all(requests)
        for document, request, decision in zip(documents, requests, batch, strict=True):
            with self.subTest(document["id"]):
                self.assertEqual(self.reader.check(request), decision)
                self.assertEqual(decision.outcome, OUTCOMES[document["expect"]])

    def test_a_decision_is_true_where_it_allows(self) -> None:
        with ada() as request:
            self.assertFalse(self.reader.check(request))
            request.set_session(mfa=True, mfa_age=5)
            self.assertTrue(self.reader.check(request))
            request.clear_session()
            self.assertFalse(self.reader.check(request))

    def test_the_policy_that_decided_has_a_name_while_it_is_in_force(self) -> None:
        with ada() as request:
            decision = self.reader.check(request)
            self.assertEqual((decision.layer, decision.statement), (Layer.SERVICE_CONTROL, 0))
            self.assertEqual(self.engine.policy_name(decision), "RequireMFA")
            self.engine.reload()
            with self.assertRaises(PortcullisError) as caught:
                self.engine.policy_name(decision)
            self.assertEqual(caught.exception.name, "PORTCULLIS_ERROR_REVISION_GONE")

    def test_an_explanation_names_the_layer_that_blocks(self) -> None:
        with ada() as request:
            why = self.engine.explain(request)
            self.assertEqual((why["decision"], why["blockedBy"]), ("explicitDeny", ["scp"]))
            request.set_value("aws:TagKeys", ["a", "b"])
            request.remove_value("aws:TagKeys")
            self.assertEqual(self.engine.explain(request), why)

    def test_an_empty_batch_has_no_answers(self) -> None:
        self.assertEqual(self.reader.check_all([]), [])


class SourceTests(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.policy = self.folder / "accounts/111122223333/users/ada/inline/own.json"
        self.policy.parent.mkdir(parents=True)
        self.allow("s3:*")

    def allow(self, action: str) -> None:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        self.policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))

    def test_reload_reads_again_and_keeps_what_was_when_that_fails(self) -> None:
        with Engine.open(str(self.folder)) as engine, engine.reader() as reader, ada() as request:
            self.assertTrue(reader.check(request))
            self.allow("sqs:*")
            engine.reload()
            self.assertFalse(reader.check(request))
            self.policy.write_text("{")
            with self.assertRaises(PortcullisError) as caught:
                engine.reload()
            self.assertEqual(caught.exception.name, "PORTCULLIS_ERROR_INVALID_POLICIES")
            self.assertIn("own.json", caught.exception.message)
            self.assertEqual(engine.status()["state"], "enforcing")

    def test_follow_sees_changes(self) -> None:
        with Engine.follow(str(self.folder), interval=0.2) as engine, engine.reader() as reader, ada() as request:
            self.assertTrue(reader.check(request))
            self.allow("sqs:*")
            for _ in range(500):
                if not reader.check(request):
                    break
                threading.Event().wait(0.02)
            self.assertFalse(reader.check(request))

    def test_keys_are_demanded(self) -> None:
        with self.assertRaises(PortcullisError) as caught:
            Engine.open("https://policies.example/pointer")
        self.assertEqual(caught.exception.name, "PORTCULLIS_ERROR_INVALID_ARGUMENT")
        with self.assertRaises(PortcullisError):
            Engine.open(str(self.folder), trusted_keys=[str(self.folder / "none.pem")])


class MisuseTests(unittest.TestCase):
    def assert_fails(self, name: str, call: Any, *arguments: Any) -> None:
        with self.assertRaises(PortcullisError) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.name, f"PORTCULLIS_ERROR_{name}")

    def test_what_is_closed_is_not_used(self) -> None:
        engine = Engine.open(ACME)
        reader, request = engine.reader(), ada()
        engine.close()
        self.assert_fails("CLOSED", reader.check, request)
        self.assert_fails("CLOSED", engine.close)
        self.assert_fails("CLOSED", engine.status)
        request.close()
        self.assert_fails("CLOSED", request.set_action, "a:b")
        reader.close()
        self.assert_fails("CLOSED", reader.close)

    def test_a_reader_is_its_threads(self) -> None:
        with Engine.open(ACME) as engine, engine.reader() as reader:
            names: list[str] = []

            def use() -> None:
                with ada() as request:
                    try:
                        reader.check(request)
                    except PortcullisError as error:
                        names.append(error.name)

            thread = threading.Thread(target=use)
            thread.start()
            thread.join()
            self.assertEqual(names, ["PORTCULLIS_ERROR_WRONG_THREAD"])

    def test_texts_are_utf_8_without_zero(self) -> None:
        with ada() as request:
            self.assert_fails("ZERO_IN_TEXT", request.set_resource, "a\0b")
            self.assert_fails("NOT_UTF8", request.set_resource, "\ud800")
            self.assert_fails("INVALID_REQUEST", request.set_principal, "arn:aws:s3:::b")
            with self.assertRaises(ValueError):
                request.set_time(datetime.datetime(2026, 1, 1))

    def test_a_request_with_a_faulty_part_is_not_made(self) -> None:
        self.assert_fails("INVALID_REQUEST", lambda: Request(principal="", action="a:b", resource="*"))

    def test_the_library_has_a_version(self) -> None:
        self.assertRegex(version(), r"^\d+\.\d+\.\d+$")

    def test_an_undecided_decision_is_false(self) -> None:
        self.assertFalse(Decision(Outcome.UNDECIDED, Layer.NONE, None, None, 0))


if __name__ == "__main__":
    unittest.main()
