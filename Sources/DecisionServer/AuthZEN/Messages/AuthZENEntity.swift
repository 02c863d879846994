import Portcullis

/// A subject or a resource.
struct AuthZENEntity: Sendable {
    let type: UTF8Text
    /// Empty for what a search looks for.
    var id: UTF8Text
    let properties: JSONValue?
}

/// An action.
struct AuthZENAction: Sendable {
    var name: UTF8Text
    let properties: JSONValue?
}

/// A request that is not of the form that the specification wants; its status and one sentence.
struct AuthZENFault: Error, Sendable {
    let status: Int
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    static func malformed(_ message: String) -> AuthZENFault { AuthZENFault(400, message) }
}

extension JSONValue {
    /// A subject or resource among the members of this object.
    ///
    /// - Parameter isTarget: whether a search looks for it, so that its id does not count.
    func entity(_ name: UTF8Text, isTarget: Bool = false) throws(AuthZENFault) -> AuthZENEntity {
        let value = try object(name, of: self)
        let type = try string("type", of: value, name)
        let id = isTarget ? UTF8Text("") : try string("id", of: value, name)
        return AuthZENEntity(type: type, id: id, properties: try properties(of: value, name))
    }

    /// The action among the members of this object.
    func action() throws(AuthZENFault) -> AuthZENAction {
        let value = try object("action", of: self)
        let name = try string("name", of: value, "action")
        return AuthZENAction(name: name, properties: try properties(of: value, "action"))
    }

    /// An optional member that is an object.
    func optionalObject(_ name: UTF8Text) throws(AuthZENFault) -> JSONValue? {
        guard let value = self[name], value.kind != .null else { return nil }
        guard value.kind == .object else { throw .malformed("`\(name)` is not an object") }
        return value
    }

    private func object(_ name: UTF8Text, of value: JSONValue) throws(AuthZENFault) -> JSONValue {
        guard let member = value[name] else { throw .malformed("`\(name)` is missing") }
        guard member.kind == .object else { throw .malformed("`\(name)` is not an object") }
        return member
    }

    private func string(_ name: UTF8Text, of value: JSONValue, _ owner: UTF8Text) throws(AuthZENFault)
        -> UTF8Text
    {
        guard let member = value[name] else { throw .malformed("`\(owner).\(name)` is missing") }
        guard let text = member.string else { throw .malformed("`\(owner).\(name)` is not a string") }
        return text
    }

    private func properties(of value: JSONValue, _ owner: UTF8Text) throws(AuthZENFault) -> JSONValue? {
        do throws(AuthZENFault) {
            return try value.optionalObject("properties")
        } catch {
            throw .malformed("`\(owner).properties` is not an object")
        }
    }

    /// The value with members in one order and no white space, so that equal values give equal bytes.
    ///
    /// - Complexity: O(n log n); nesting is bounded by ``Limits/jsonDepthMax``.
    var canonicalBytes: [UInt8] {
        switch kind {
        case .null, .true, .false, .number: return Array(text.bytes)
        case .string: return Array(JSONWriter.text(.text(text)).utf8)
        case .array:
            return Array("[".utf8) + elements.flatMap { $0.canonicalBytes + Array(",".utf8) }
                + Array("]".utf8)
        case .object:
            let sorted = members.sorted { $0.key.text < $1.key.text }
            let inner = sorted.flatMap { member in
                member.key.canonicalBytes + Array(":".utf8) + member.value.canonicalBytes + Array(",".utf8)
            }
            return Array("{".utf8) + inner + Array("}".utf8)
        }
    }
}
