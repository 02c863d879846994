import Vocabulary

extension IPNetwork {
    /// The network as a policy writes it, with its prefix length unless it is one address.
    var text: String {
        let (groups, bits): ([String], Int) =
            switch family {
            case .v4: ((0..<4).reversed().map { String(address >> UInt128($0 * 8) & 0xFF) }, 32)
            case .v6:
                ((0..<8).reversed().map { String(address >> UInt128($0 * 16) & 0xFFFF, radix: 16) }, 128)
            }
        let name = groups.joined(separator: family == .v4 ? "." : ":")
        return prefixLength == bits ? name : "\(name)/\(prefixLength)"
    }
}
