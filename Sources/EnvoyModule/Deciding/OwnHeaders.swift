/// Headers named `x-portcullis-…`, which only this filter may set; what a client sends under such a name is removed.
///
/// Servers that turn `-` and `_` into one another would take `x_portcullis_…` for the same.
struct OwnHeaders {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private let prefix: [UInt8] = Array("x-portcullis-".utf8)

    /// Forgets the names of the last request.
    mutating func begin() {
        guard !ends.isEmpty else { return }
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Whether a name is reserved; if so, it is kept for ``remove(from:)``.
    mutating func take(_ name: borrowing Span<UInt8>) -> Bool {
        guard name.count >= prefix.count, name[0] | 0x20 == UInt8(ascii: "x"), isReserved(name) else {
            return false
        }
        for index in name.indices { bytes.append(name[index]) }
        ends.append(bytes.count)
        return true
    }

    private func isReserved(_ name: borrowing Span<UInt8>) -> Bool {
        for index in prefix.indices {
            let byte = name[index] == UInt8(ascii: "_") ? UInt8(ascii: "-") : name[index] | 0x20
            guard byte == prefix[index] else { return false }
        }
        return true
    }

    /// Removes the headers of the names that were taken.
    func remove(from stream: EnvoyStream) {
        var start = 0
        for end in ends {
            stream.removeRequestHeader(bytes.span.extracting(start..<end))
            start = end
        }
    }
}
