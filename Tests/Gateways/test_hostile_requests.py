"""What the bypass suite's data promise, without any gateway: enough requests, all different, each an attack on something
that whoever sends it may not have; and controls that are none."""

import tempfile
import unittest
from pathlib import Path

import hostile_requests
from signing import Credentials
from hostile_requests import protects


class Data(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        made = Credentials(Path(cls.folder.name))
        cls.hostile = hostile_requests.load(made)
        cls.controls = hostile_requests.load(made, "controls")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_there_are_enough_and_all_differ(self):
        self.assertGreaterEqual(len(self.hostile), 200)
        for key in (lambda r: (r.trick, r.name), lambda r: (r.data, r.peer, r.is_tls, r.certificate)):
            self.assertEqual(len({key(request) for request in self.hostile}), len(self.hostile))

    def test_each_reaches_for_something_that_its_sender_may_not_have(self):
        for request in self.hostile:
            with self.subTest(request.name):
                method, _, path = request.reaches.partition(" ")
                meaning = [asked for asked in request.asked() if (method, path) in asked.operations()]
                self.assertTrue(meaning, "no server reads it as what it reaches for")
                self.assertTrue(
                    request.who == "reader-if-clear" or any(protects(request.who)(method, path, one) for one in meaning),
                    "what it reaches for is not protected",
                )

    def test_no_control_is_an_attack(self):
        for request in self.controls:
            with self.subTest(request.name):
                for asked in request.asked():
                    self.assertFalse([one for one in asked.operations() if protects(request.who)(*one, asked)])


if __name__ == "__main__":
    unittest.main()
