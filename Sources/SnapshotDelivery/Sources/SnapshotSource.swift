/// Where policies come from: a folder, a file, a web server, a store.
///
/// A source finds things and hands them over as they are; it verifies nothing and activates nothing. The
/// ``SnapshotFollower`` asks for one event after the other, and asks for the next one only when it is done with
/// the last, so that a source never runs ahead.
///
/// To write one: keep what the store told last (an entity tag, a revision to resume from) inside, wait in
/// ``next()`` until there is something to say, and say ``SourceEvent/contact`` now and then while there is
/// nothing new, since the staleness limit counts from the last event that was no failure. Wait with jitter after
/// failures inside ``next()``.
public protocol SnapshotSource: AnyObject, Sendable {
    /// What people call it: a path or an address, without passwords.
    var name: String { get }

    /// What happened next; nil when the task is cancelled, or when there will be nothing more.
    ///
    /// The first event is an update, unless the source cannot be reached. It is called by one task at a time.
    func next() async -> SourceEvent?

    /// Hears whether its last update is in force now.
    ///
    /// A source whose newest content is refused may have to take back parts of what was in force before: it hands that
    /// over without them.
    func settle(_ update: SnapshotUpdate, isInForce: Bool)

    /// Asks for everything again: the next update must not be ``SnapshotContent/changes(_:)``.
    ///
    /// The follower calls it when changes cannot be applied to what is in force. Sources that never hand over
    /// changes need not implement it.
    func startOver()
}

extension SnapshotSource {
    /// Nothing, for sources that always hand over everything.
    public func startOver() {}

    /// Nothing, for sources of which no part ends by itself.
    public func settle(_ update: SnapshotUpdate, isInForce: Bool) {}
}

/// What a source has to say.
public enum SourceEvent: Sendable {
    /// There is something to activate.
    case update(SnapshotUpdate)
    /// The store was reached, and what was handed over last is still what it holds.
    case contact
    /// The store could not be reached, or not be read.
    case failure(SourceFailure)
}

/// Why a source could not be read.
public struct SourceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line for people, without passwords.
    public let description: String

    /// A failure with its reason.
    public init(_ description: String) { self.description = description }
}
