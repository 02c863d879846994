/// The parts of an address as Envoy writes it: `10.0.0.7:52114`, `[2001:db8::7]:52114`, or the name of a socket.
struct PeerAddress {
    /// Where the address without its port stands; nil where it is none of the internet.
    let host: Range<Int>?
    /// Whether the port is 0, which no connection has: the address was read from a header.
    let isDerived: Bool

    init(_ text: borrowing Span<UInt8>) {
        var colon = text.count
        while colon > 0, text[colon - 1] != UInt8(ascii: ":") { colon -= 1 }
        colon -= 1
        guard colon > 0 else {
            (host, isDerived) = (nil, false)
            return
        }
        var isZero = colon + 1 < text.count
        for index in colon + 1..<text.count where text[index] != UInt8(ascii: "0") { isZero = false }
        switch text[0] {
        case UInt8(ascii: "["):
            let isClosed = colon > 2 && text[colon - 1] == UInt8(ascii: "]")
            (host, isDerived) = (isClosed ? 1..<colon - 1 : nil, isZero)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            (host, isDerived) = (0..<colon, isZero)
        default:
            (host, isDerived) = (nil, false)
        }
    }
}
