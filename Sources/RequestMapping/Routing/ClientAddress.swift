import Portcullis

/// Addresses that are believed about others.
struct AddressList: Sendable {
    private let networks: [IPNetwork]

    init(_ networks: [IPNetwork] = []) { self.networks = networks.map(\.unmapped) }

    var isEmpty: Bool { networks.isEmpty }

    func contains(_ address: IPNetwork) -> Bool {
        for network in networks where network.contains(address) { return true }
        return false
    }
}

/// Where a request comes from.
struct ClientAddress {
    /// The address; an IPv4-mapped one as IPv4.
    let address: IPNetwork
    /// How it is written in the request's bytes.
    let text: Range<Int>

    /// The address of the connection's other end; nil where the gateway does not know one.
    init?(peer: HTTPRequestBuffer.Slice, _ bytes: Span<UInt8>) {
        self.init(peer.range, bytes)
    }

    private init?(_ range: Range<Int>, _ bytes: Span<UInt8>) {
        let text = bytes.extracting(range)
        for index in text.indices where text[index] == UInt8(ascii: "/") { return nil }
        guard let address = IPNetwork(text) else { return nil }
        self.address = address.unmapped
        self.text = range
    }

    /// The last of the addresses that proxies have noted that is no proxy's, or the first if all are; nil where an
    /// entry up to there is no address.
    init?(forwarded value: Range<Int>, _ bytes: Span<UInt8>, by proxies: AddressList) {
        var end = value.upperBound
        while true {
            var start = end
            while start > value.lowerBound, bytes[start - 1] != UInt8(ascii: ",") { start -= 1 }
            guard let hop = ClientAddress(bytes.trimmed(start..<end), bytes) else { return nil }
            if start == value.lowerBound || !proxies.contains(hop.address) {
                self = hop
                return
            }
            end = start - 1
        }
    }

    /// Appends the address as policies compare it.
    func write(to output: inout [UInt8], _ bytes: Span<UInt8>) {
        guard address.family == .v4 else {
            return ByteScan.append(bytes.extracting(text), to: &output)
        }
        for index in 0..<4 {
            if index > 0 { output.append(UInt8(ascii: ".")) }
            let octet = UInt8(truncatingIfNeeded: address.address >> UInt128(24 - 8 * index))
            if octet >= 100 { output.append(UInt8(ascii: "0") + octet / 100) }
            if octet >= 10 { output.append(UInt8(ascii: "0") + octet / 10 % 10) }
            output.append(UInt8(ascii: "0") + octet % 10)
        }
    }
}
