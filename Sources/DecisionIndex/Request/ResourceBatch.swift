public import Vocabulary

/// Resources laid out once, for the question which of them a caller may use.
///
/// Making one copies and checks the names; deciding over them allocates nothing.
public struct ResourceBatch: Sendable {
    private let memory: ResourceMemory
    /// The resources for reading; they live as long as `memory`.
    let view: ResourceListView

    /// Checks resources and lays them out.
    ///
    /// - Parameter owner: the account that owns every one of them, as
    ///   ``AuthorizationRequest/resourceAccount`` says it of one; nil where ARN or directory tell.
    /// - Throws: ``InvalidResource``, which names the first that cannot be asked about (A4).
    /// - Complexity: O(n) in the bytes of all names.
    public init(
        _ resources: some Collection<UTF8Text>,
        owner: AccountID? = nil
    ) throws(InvalidResource) {
        var layout = ResourceLayout()
        if let owner { try layout.setOwner(owner) }
        for resource in resources { try layout.append(resource) }
        memory = ResourceMemory(layout)
        view = memory.view
    }

    /// The number of resources.
    public var count: Int { view.count }
}

/// Why a resource of a ``ResourceBatch`` cannot be asked about.
public struct InvalidResource: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its position, from 0; nil where the stated owner is at fault.
    public let index: Int?
    /// What is wrong with it.
    public let error: RequestError

    package init(index: Int?, error: RequestError) {
        self.index = index
        self.error = error
    }

    /// One line for people.
    public var description: String {
        index.map { "resource \($0): \(error)" } ?? "\(error)"
    }
}

/// A resource of a batch, with what can be said of it before any image is looked at.
struct ResourceEntry: BitwiseCopyable, Sendable {
    var name = StringRef()
    /// The owner that the batch states, else the account in the ARN.
    var statedAccount = StringRef()
    var flags: UInt32 = 0

    /// The resource is `*`.
    static let isAny: UInt32 = 1
    /// The name has the form of a role's.
    static let isRole: UInt32 = 2
}

/// The parts of a batch before they are packed into one block.
struct ResourceLayout {
    private(set) var entries: [ResourceEntry] = []
    private(set) var bytes: [UInt8] = []
    private var owner: StringRef?
    private var account: AccountID?

    mutating func setOwner(_ account: AccountID) throws(InvalidResource) {
        do throws(RequestError) { try AuthorizationRequest.validate(owner: account) } catch {
            throw InvalidResource(index: nil, error: error)
        }
        owner = append(account.text.bytes)
        self.account = account
    }

    mutating func append(_ resource: UTF8Text) throws(InvalidResource) {
        do throws(RequestError) {
            try AuthorizationRequest.validate(resource: resource)
            try AuthorizationRequest.check(owner: account, of: resource)
            guard bytes.count + resource.count < Int(UInt32.max), entries.count < Int(UInt32.max) else {
                throw RequestError(.tooLong, in: .resource)
            }
        } catch {
            throw InvalidResource(index: entries.count, error: error)
        }
        var entry = ResourceEntry(name: append(resource.bytes), statedAccount: owner ?? StringRef())
        if resource.equals("*") { entry.flags |= ResourceEntry.isAny }
        if let arn = ARN(resource) {
            if owner == nil, AccountID.isWellFormed(arn.account) {
                let end = resource.count - arn.resource.count - 1
                entry.statedAccount = StringRef(
                    offset: entry.name.offset + UInt32(end - arn.account.count),
                    count: UInt32(arn.account.count)
                )
            }
            if arn.namesRole { entry.flags |= ResourceEntry.isRole }
        }
        entries.append(entry)
    }

    private mutating func append(_ text: ArraySlice<UInt8>) -> StringRef {
        let offset = bytes.count
        bytes.append(contentsOf: text)
        return StringRef(offset: UInt32(offset), count: UInt32(text.count))
    }
}

extension ARN {
    /// Whether the name has the form of a role's.
    var namesRole: Bool { service.equals("iam") && resource.begins(with: "role/") }
}
