/// The exact text for the two scenes of ``RenderingTests``.
extension RenderingTests {
    static let allowedText = #"""
        allow by identity-based policy identity statement 1 (Read)
          principal and resource are in the same account
          service control policy at level-0: allow
            Allow applies
              scp-0, scp-0.json:2:1, Statement[0]
          resource control policy: not applicable
          VPC endpoint policy: not applicable
          resource-based policy: allow (account)
            Allow applies, names 111122223333 (account)
              resource, resource.json:2:1, Statement[0]
          identity-based policy: allow
            Allow Read applies
              identity, identity.json:3:1, Statement[1]
              StringEquals app:team [${app:own} = ml, ${app:none} (unresolved)]: request has "ml"; \#
        holds (matched)
              Null app:list [false]: request has ["a", "b"]; holds (presence)
            1 statement about other actions
          permissions boundary: not applicable
          session policy: not applicable

        """#

    static let deniedText = #"""
        explicitDeny by resource-based policy resource statement 1 (TLS)
          User: arn:aws:iam::111122223333:user/alice is not authorized to perform: s3:GetObject on \#
        resource: arn:aws:s3:::vault/a with an explicit deny in a resource-based policy
          blocked by: resource-based policy, permissions boundary
          principal and resource are in different accounts: both sides must allow
          service control policy: not applicable
          resource control policy: not applicable
          VPC endpoint policy: not applicable
          resource-based policy: explicitDeny
            Allow applies, names arn:aws:iam::111122223333:user/alice (direct)
              resource, resource.json:2:1, Statement[0]
            Deny TLS applies, names arn:aws:iam::111122223333:user/alice (direct)
              resource, resource.json:3:1, Statement[1]
              BoolIfExists aws:SecureTransport [false]: request has absent; holds \#
        (matchedBecauseMissing)
          identity-based policy: allow
            Allow applies
              identity, identity.json:2:1, Statement[0]
          permissions boundary: implicitDeny
            Allow does not apply: resource
              boundary, boundary.json:2:1, Statement[0]
          session policy: not applicable

        """#
}
