import Vocabulary

/// Where the changing parts of a prepared request may stand, and how long they may be there.
struct PreparedRooms {
    var resource = StringRef()
    var account = StringRef()
    /// One for each value of the context, in the order of the request's values.
    var values: [StringRef] = []
    /// How many bytes more the context may hold (``Limits/contextBytesMax``).
    var contextBytesLeft = 0

    /// Reserves room for each part, and for twice what is there now.
    init(_ layout: inout RequestLayout) {
        resource = layout.reserve(max(256, 2 * Int(layout.head.resource.count)))
        account = layout.reserve(max(16, Int(layout.head.statedAccount.count)))
        values = layout.values.map { layout.reserve(max(64, 2 * Int($0.count))) }
        contextBytesLeft = Limits.contextBytesMax
        for text in layout.entries.map(\.key) + layout.values {
            contextBytesLeft -= Int(text.count) + Limits.contextTextOverhead
        }
    }
}

extension PreparedState {
    /// Puts another resource in place; false where it does not fit.
    ///
    /// What a request says of its resource follows (G3, F4): see ``RequestLayout``.
    mutating func setResource(_ resource: ByteView, account: ByteView?) -> Bool {
        guard Int(rooms.resource.count) >= resource.count,
            account.map({ $0.count <= Int(rooms.account.count) }) ?? true,
            let place = memory.write(resource, into: rooms.resource)
        else { return false }
        let arn = ARNColons(resource)
        memory.head.resource = place
        memory.head.isAnyResource = resource.equals(literal: "*")
        memory.head.statedAccount = StringRef()
        memory.head.isRoleSTS = false
        if let account {
            memory.head.statedAccount = memory.write(account, into: rooms.account) ?? StringRef()
        } else if let range = arn?.account, resource[range].isAccountID {
            memory.head.statedAccount = StringRef(
                offset: place.offset + UInt32(range.lowerBound),
                count: UInt32(range.count)
            )
        }
        if let arn, resource[arn.service].equals(literal: "iam"),
            resource.dropFirst(arn.resourceStart).begins(with: "role/")
        {
            memory.head.isRoleSTS = memory.view.view(memory.head.action).begins(with: "sts:")
        }
        isAccountStated = account != nil
        isTargetFound = false
        return true
    }

    /// Puts another value of a single-valued key in place; false where the key or the room is not there.
    mutating func setValue(_ value: ByteView, forKey key: ByteView) -> Bool {
        guard let entry = memory.view.entry(ignoringCase: key), entry.isMulti == 0 else { return false }
        let index = Int(entry.firstValue)
        guard growth(to: value.count, at: index) <= rooms.contextBytesLeft else { return false }
        return setValue(index, value, of: entry)
    }

    /// Puts other values of a key with a list in place; false where the key, the count or the room is another.
    mutating func setValues(_ values: [UTF8Text], forKey key: ByteView) -> Bool {
        guard let entry = memory.view.entry(ignoringCase: key), entry.isMulti == 1,
            Int(entry.valueCount) == values.count
        else { return false }
        let first = Int(entry.firstValue)
        var more = 0
        for index in values.indices {
            guard values[index].count <= Int(rooms.values[first + index].count) else { return false }
            more += growth(to: values[index].count, at: first + index)
        }
        guard more <= rooms.contextBytesLeft else { return false }
        for index in values.indices {
            _ = values[index].withView { value in setValue(first + index, value, of: entry) }
        }
        return true
    }

    /// How many bytes more than now a value would have.
    private func growth(to count: Int, at index: Int) -> Int { count - memory.view.value(index).count }

    private mutating func setValue(_ index: Int, _ value: ByteView, of entry: ContextEntry) -> Bool {
        let more = growth(to: value.count, at: index)
        guard let place = memory.write(value, into: rooms.values[index]) else { return false }
        rooms.contextBytesLeft -= more
        memory.setValue(index, place)
        // The endpoint policy is that of a single value (F11).
        if entry.isMulti == 0, memory.view.view(entry.key).equals(literal: "aws:sourcevpce") {
            memory.details.endpoint = place
            memory.head.hasEndpoint = !value.isEmpty
            isTargetFound = false
        }
        return true
    }
}

extension ByteView {
    /// Whether the text is exactly twelve digits.
    var isAccountID: Bool {
        guard count == 12 else { return false }
        for offset in 0..<count where !self[offset].isASCIIDigit { return false }
        return true
    }
}
