public import Vocabulary

/// A tree of organizational units over accounts, with the guardrails at each level (F2, F3).
public struct Organization: Sendable {
    /// `o-…`.
    public let id: UTF8Text
    /// The account that no SCP and no RCP restricts.
    public let managementAccount: AccountID
    /// Whether service control policies are enabled at all.
    public let usesServiceControlPolicies: Bool
    /// For each member account, the levels from the root to the account itself.
    public package(set) var levels: [AccountID: [Level]] = [:]

    package init(id: UTF8Text, managementAccount: AccountID, usesServiceControlPolicies: Bool) {
        self.id = id
        self.managementAccount = managementAccount
        self.usesServiceControlPolicies = usesServiceControlPolicies
    }

    /// The root, one organizational unit, or one account.
    public struct Level: Sendable {
        /// `r-…`, `ou-…`, or the account's digits.
        public let id: UTF8Text
        /// The service control policies attached here.
        public let serviceControlPolicies: [EffectivePolicy]
        /// The resource control policies attached here, with the built-in one that allows all.
        public let resourceControlPolicies: [EffectivePolicy]

        package init(
            id: UTF8Text,
            serviceControlPolicies: [EffectivePolicy],
            resourceControlPolicies: [EffectivePolicy]
        ) {
            self.id = id
            self.serviceControlPolicies = serviceControlPolicies
            self.resourceControlPolicies = resourceControlPolicies
        }
    }
}
