import IdentityDirectory
import Vocabulary

extension EffectivePolicies {
    /// Every policy in force by layer, in the order in which explanations list the layers.
    var layers: [(PolicyLayer, [EffectivePolicy])] {
        [
            (.serviceControl, (serviceControl ?? []).flatMap(\.policies)),
            (.resourceControl, (resourceControl ?? []).flatMap(\.policies)),
            (.endpoint, endpoint ?? []),
            (.resource, resource ?? []),
            (.identity, identity ?? []),
            (.boundary, boundary ?? []),
            (.session, session ?? []),
        ]
    }

    /// Whether F (one account) or G (two accounts) decides.
    ///
    /// A resource whose owner is unknown counts as the principal's own.
    var isSameAccount: Bool { resourceAccount == nil || principal.account == resourceAccount }

    /// Services, identity providers, canonical users and anonymous callers (F10).
    var principalHasNoIdentityPolicies: Bool { principal.account == nil }
}
