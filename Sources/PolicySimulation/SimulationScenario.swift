public import Vocabulary

/// A kind of request that touches several resources at once, all of which a simulation must name.
public enum SimulationScenario: String, Sendable, Hashable, CaseIterable {
    case instanceStore = "EC2-VPC-InstanceStore"
    case instanceStoreInSubnet = "EC2-VPC-InstanceStore-Subnet"
    case blockStore = "EC2-VPC-EBS"
    case blockStoreInSubnet = "EC2-VPC-EBS-Subnet"

    /// The types of resource it takes.
    var resourceTypes: [String] {
        let always = ["instance", "image", "security-group", "network-interface"]
        return switch self {
        case .instanceStore: always
        case .instanceStoreInSubnet: always + ["subnet"]
        case .blockStore: always + ["volume"]
        case .blockStoreInSubnet: always + ["subnet", "volume"]
        }
    }

    /// Checks that a resource of each type is named.
    ///
    /// - Throws: ``SimulationFault`` with the types that lack.
    public func check(_ resources: [UTF8Text]) throws(SimulationFault) {
        let arns = resources.compactMap { ARN($0) }.filter { $0.service == "ec2" }
        let lacking = resourceTypes.filter { type in
            !arns.contains { $0.resource.hasPrefix(UTF8Text("\(type)/")) }
        }
        guard lacking.isEmpty else {
            throw .invalid(
                "\(rawValue) needs a resource of each type; there is no \(lacking.joined(separator: ", "))"
            )
        }
    }
}
