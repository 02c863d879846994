"""Decides whether Ada may list a bucket, and says why not.

usage: example.py DIRECTORY
"""

import sys

from portcullis import Engine, Request


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with Engine.open(sys.argv[1]) as engine, engine.reader() as reader, Request(
        principal="arn:aws:iam::111122223333:user/ada",
        action="s3:ListBucket",
        resource="arn:aws:s3:::acme-checkpoints",
        context={"aws:SourceIp": "10.0.0.7"},
    ) as request:
        decision = reader.check(request)
        print("without MFA:", decision.outcome.name, "by", engine.policy_name(decision))
        print("because:", engine.explain(request)["message"])
        request.set_session(mfa=True, mfa_age=600)
        print("with MFA:", reader.check(request).outcome.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
