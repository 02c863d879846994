/// The exact JSON for the two scenes of ``RenderingTests``.
extension RenderingTests {
    static let allowedJSON = #"""
        {
          "decision": "allow",
          "decidedBy": {
            "layer": "identity",
            "policy": "identity",
            "statement": 1,
            "sid": "Read"
          },
          "snapshotVersion": 1,
          "blockedBy": [],
          "scope": "sameAccount",
          "request": {
            "principal": "arn:aws:sts::111122223333:assumed-role/trainer/job",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::vault/a"
          },
          "layers": [
            {
              "layer": "scp",
              "level": "level-0",
              "state": "allow",
              "statementCount": 1,
              "statements": [
                {
                  "policy": "scp-0",
                  "file": "scp-0.json",
                  "line": 2,
                  "column": 1,
                  "path": "Statement[0]",
                  "effect": "Allow",
                  "principal": "direct",
                  "action": true,
                  "resource": true,
                  "conditions": [],
                  "applies": true
                }
              ]
            },
            {
              "layer": "rcp",
              "state": "notApplicable",
              "statements": []
            },
            {
              "layer": "endpoint",
              "state": "notApplicable",
              "statements": []
            },
            {
              "layer": "resource",
              "state": "allow",
              "strength": "account",
              "statementCount": 1,
              "statements": [
                {
                  "policy": "resource",
                  "file": "resource.json",
                  "line": 2,
                  "column": 1,
                  "path": "Statement[0]",
                  "effect": "Allow",
                  "principal": "account",
                  "principalName": "111122223333",
                  "action": true,
                  "resource": true,
                  "conditions": [],
                  "applies": true
                }
              ]
            },
            {
              "layer": "identity",
              "state": "allow",
              "statementCount": 2,
              "statements": [
                {
                  "policy": "identity",
                  "file": "identity.json",
                  "line": 3,
                  "column": 1,
                  "path": "Statement[1]",
                  "sid": "Read",
                  "effect": "Allow",
                  "principal": "direct",
                  "action": true,
                  "resource": true,
                  "conditions": [
                    {
                      "operator": "StringEquals",
                      "key": "app:team",
                      "values": [
                        "${app:own}",
                        "${app:none}"
                      ],
                      "resolvedValues": [
                        "ml",
                        null
                      ],
                      "requestValue": "ml",
                      "holds": true,
                      "reason": "matched"
                    },
                    {
                      "operator": "Null",
                      "key": "app:list",
                      "values": [
                        "false"
                      ],
                      "resolvedValues": [
                        "false"
                      ],
                      "requestValue": [
                        "a",
                        "b"
                      ],
                      "holds": true,
                      "reason": "presence"
                    }
                  ],
                  "applies": true
                }
              ]
            },
            {
              "layer": "boundary",
              "state": "notApplicable",
              "statements": []
            },
            {
              "layer": "session",
              "state": "notApplicable",
              "statements": []
            }
          ]
        }

        """#

    static let deniedJSON = #"""
        {
          "decision": "explicitDeny",
          "decidedBy": {
            "layer": "resource",
            "policy": "resource",
            "statement": 1,
            "sid": "TLS"
          },
          "snapshotVersion": 1,
          "message": "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: \#
        s3:GetObject on resource: arn:aws:s3:::vault/a with an explicit deny in a resource-based \#
        policy",
          "blockedBy": [
            "resource",
            "boundary"
          ],
          "scope": "crossAccount",
          "request": {
            "principal": "arn:aws:iam::111122223333:user/alice",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::vault/a"
          },
          "layers": [
            {
              "layer": "scp",
              "state": "notApplicable",
              "statements": []
            },
            {
              "layer": "rcp",
              "state": "notApplicable",
              "statements": []
            },
            {
              "layer": "endpoint",
              "state": "notApplicable",
              "statements": []
            },
            {
              "layer": "resource",
              "state": "explicitDeny",
              "statementCount": 2,
              "statements": [
                {
                  "policy": "resource",
                  "file": "resource.json",
                  "line": 2,
                  "column": 1,
                  "path": "Statement[0]",
                  "effect": "Allow",
                  "principal": "direct",
                  "principalName": "arn:aws:iam::111122223333:user/alice",
                  "action": true,
                  "resource": true,
                  "conditions": [],
                  "applies": true
                },
                {
                  "policy": "resource",
                  "file": "resource.json",
                  "line": 3,
                  "column": 1,
                  "path": "Statement[1]",
                  "sid": "TLS",
                  "effect": "Deny",
                  "principal": "direct",
                  "principalName": "arn:aws:iam::111122223333:user/alice",
                  "action": true,
                  "resource": true,
                  "conditions": [
                    {
                      "operator": "BoolIfExists",
                      "key": "aws:SecureTransport",
                      "values": [
                        "false"
                      ],
                      "resolvedValues": [
                        "false"
                      ],
                      "requestValue": null,
                      "holds": true,
                      "reason": "matchedBecauseMissing"
                    }
                  ],
                  "applies": true
                }
              ]
            },
            {
              "layer": "identity",
              "state": "allow",
              "statementCount": 1,
              "statements": [
                {
                  "policy": "identity",
                  "file": "identity.json",
                  "line": 2,
                  "column": 1,
                  "path": "Statement[0]",
                  "effect": "Allow",
                  "principal": "direct",
                  "action": true,
                  "resource": true,
                  "conditions": [],
                  "applies": true
                }
              ]
            },
            {
              "layer": "boundary",
              "state": "implicitDeny",
              "statementCount": 1,
              "statements": [
                {
                  "policy": "boundary",
                  "file": "boundary.json",
                  "line": 2,
                  "column": 1,
                  "path": "Statement[0]",
                  "effect": "Allow",
                  "principal": "direct",
                  "action": true,
                  "resource": false,
                  "conditions": [],
                  "applies": false
                }
              ]
            },
            {
              "layer": "session",
              "state": "notApplicable",
              "statements": []
            }
          ]
        }

        """#
}
