import PolicyLanguage
import Vocabulary

/// The two guardrails that AWS ships with every organization.
enum BuiltInPolicies {
    /// The SCP that stands wherever nothing else is meant to restrict; it must be listed where it applies (F3).
    static let fullAccess = policy(
        "FullAWSAccess",
        .serviceControl,
        """
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        """
    )

    /// The RCP that is in force at every level and cannot be taken away (F2).
    static let fullResourceAccess = policy(
        "RCPFullAWSAccess",
        .resourceControl,
        """
        {"Version": "2012-10-17",
         "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
        """
    )

    private static func policy(_ name: String, _ type: PolicyType, _ text: String) -> EffectivePolicy {
        do throws(InvalidDocument) {
            // Permissive, because an RCP of anybody else only denies (B6).
            let source = SourceText(text, name: name)
            return EffectivePolicy(
                name: UTF8Text(name),
                try PolicyReader(mode: .permissive).read(source, as: type)
            )
        } catch {
            preconditionFailure("a constant of this file is not a policy: \(error)")
        }
    }
}
