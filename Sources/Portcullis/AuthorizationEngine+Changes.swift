public import DecisionIndex
public import IdentityDirectory
public import SnapshotCompiler

extension AuthorizationEngine {
    /// An engine for a directory.
    ///
    /// - Parameter keepsDirectory: whether ``apply(_:)`` shall work. The directory is then kept with what belongs to
    ///   it, which takes about as much memory as the directory itself.
    /// - Parameter countsDecisions: as for an engine that is made of an image.
    /// - Throws: ``CompileError`` for a directory with more of something than a check may read.
    public convenience init(
        directory: Directory,
        compiler: SnapshotCompiler = SnapshotCompiler(),
        keepsDirectory: Bool = true,
        countsDecisions: Bool = false
    ) throws(CompileError) {
        guard keepsDirectory else {
            self.init(try compiler.compile(directory), countsDecisions: countsDecisions)
            return
        }
        let compiled = try CompiledDirectory(directory, compiler)
        self.init(compiled.image, from: compiled, countsDecisions: countsDecisions)
    }

    /// Compiles a directory aside and publishes it; returns its revision.
    ///
    /// - Parameter keepsDirectory: as when the engine is made.
    /// - Throws: ``CompileError``; the snapshot in force stays.
    @discardableResult
    public func replace(
        with directory: Directory,
        compiler: SnapshotCompiler = SnapshotCompiler(),
        keepsDirectory: Bool = true
    ) throws(CompileError) -> UInt64 {
        guard keepsDirectory else { return replace(with: try compiler.compile(directory)) }
        let compiled = try CompiledDirectory(directory, compiler)
        return replace(with: compiled.image, from: compiled)
    }

    /// Applies changes to the directory in force, all or none, and publishes the outcome; returns its revision.
    ///
    /// What is not touched is shared with the snapshot before. Other writers wait; readers do not.
    ///
    /// - Throws: ``ApplyError``; the snapshot in force stays.
    /// - Complexity: O(what the changes touch). Now and then, after very many changes, and after changes that cannot
    ///   be compiled, the directory is compiled anew, O(size of the directory).
    @discardableResult
    public func apply(_ changes: [DirectoryChange]) throws(ApplyError) -> UInt64 {
        let revision = try update(CompiledDirectory.self) { compiled throws(ApplyError) in
            do throws(ChangeFailure) {
                try compiled.apply(changes)
            } catch {
                switch error {
                case .change(let error): throw .change(error)
                case .compile(let error): throw .compile(error)
                }
            }
            return compiled.image
        }
        guard let revision else { throw .noDirectory }
        return revision
    }
}

/// Why changes were not applied; the snapshot in force stays.
public enum ApplyError: Error, Sendable, CustomStringConvertible {
    /// The engine was made from an image, or told not to keep its directory.
    case noDirectory
    /// One of the changes cannot be applied.
    case change(DirectoryChangeError)
    /// What the changes make cannot be compiled.
    case compile(CompileError)

    /// One line for people.
    public var description: String {
        switch self {
        case .noDirectory: "the engine keeps no directory that could be changed"
        case .change(let error): error.description
        case .compile(let error): error.description
        }
    }
}
