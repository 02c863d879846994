/// A request while it is decided: its head and where its bytes and tables stand.
@safe struct RequestView {
    let head: RequestHead
    private let bytes: UnsafePointer<UInt8>
    private let entries: UnsafeBufferPointer<ContextEntry>
    private let values: UnsafeBufferPointer<StringRef>
    private let tags: UnsafeBufferPointer<TagRecord>

    /// Lends a request to a check.
    @inline(__always)
    static func with<Result>(_ request: borrowing CompactRequest, _ body: (RequestView) -> Result) -> Result {
        let head = request.head
        // INVARIANT: the arrays stay as they are while the closures run, and the view does not outlive them.
        return unsafe request.bytes.withUnsafeBufferPointer { bytes in
            unsafe request.entries.withUnsafeBufferPointer { entries in
                unsafe request.values.withUnsafeBufferPointer { values in
                    unsafe request.tags.withUnsafeBufferPointer { tags in
                        body(unsafe RequestView(head, bytes, entries, values, tags))
                    }
                }
            }
        }
    }

    private init(
        _ head: RequestHead,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ entries: UnsafeBufferPointer<ContextEntry>,
        _ values: UnsafeBufferPointer<StringRef>,
        _ tags: UnsafeBufferPointer<TagRecord>
    ) {
        self.head = head
        // INVARIANT: a request always holds its action, so that its buffer has an address.
        unsafe self.bytes = bytes.baseAddress!
        unsafe self.entries = entries
        unsafe self.values = values
        unsafe self.tags = tags
    }

    @inline(__always) func view(_ string: StringRef) -> ByteView {
        // INVARIANT: the request's own initializer made every reference from the bytes it appended.
        unsafe ByteView(start: bytes + Int(string.offset), count: Int(string.count))
    }

    /// The context entry of a key in lower case.
    func entry(_ key: ByteView) -> ContextEntry? {
        // INVARIANT: the indices are those of the buffer.
        for index in unsafe entries.indices {
            let entry = unsafe entries[index]
            if view(entry.key).equals(key) { return entry }
        }
        return nil
    }

    /// The context entry of a key record: of a tag under its whole name.
    func entry(image record: KeyRecord, _ name: ByteView) -> ContextEntry? {
        switch FactKind(rawValue: record.fact) {
        case .principalTag: entry(prefix: "aws:principaltag/", name)
        case .resourceTag: entry(prefix: "aws:resourcetag/", name)
        default: entry(name)
        }
    }

    /// The context entry of a key that is written here in lower case.
    func entry(literal key: StaticString) -> ContextEntry? {
        // INVARIANT: a literal's bytes live as long as the program.
        entry(unsafe ByteView(start: key.utf8Start, count: key.utf8CodeUnitCount))
    }

    /// The context entry of a resource tag.
    func entry(resourceTag name: ByteView) -> ContextEntry? { entry(prefix: "aws:resourcetag/", name) }

    private func entry(prefix: StaticString, _ name: ByteView) -> ContextEntry? {
        // INVARIANT: a literal's bytes live as long as the program.
        let prefix = unsafe ByteView(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
        // INVARIANT: the indices are those of the buffer.
        for index in unsafe entries.indices {
            let entry = unsafe entries[index]
            let key = view(entry.key)
            if key.count == prefix.count + name.count, key.begins(with: prefix), key.dropFirst(prefix.count).equals(name) {
                return entry
            }
        }
        return nil
    }

    func value(_ index: Int) -> ByteView {
        // INVARIANT: entries name positions of `values` only.
        view(unsafe values[index])
    }

    /// The session tag of a key in lower case.
    func tag(_ key: ByteView) -> ByteView? {
        // INVARIANT: the indices are those of the buffer.
        for index in unsafe tags.indices {
            let tag = unsafe tags[index]
            if view(tag.key).equals(key) { return view(tag.value) }
        }
        return nil
    }
}
