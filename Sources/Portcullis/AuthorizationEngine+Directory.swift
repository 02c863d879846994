public import DecisionIndex
public import IdentityDirectory
public import SnapshotCompiler
public import Vocabulary

extension AuthorizationEngine {
    /// An engine for a directory.
    ///
    /// - Throws: ``CompileError`` for a directory with more of something than a check may read.
    public convenience init(
        directory: Directory,
        compiler: SnapshotCompiler = SnapshotCompiler()
    ) throws(CompileError) {
        self.init(try compiler.compile(directory))
    }

    /// Compiles a directory aside and publishes it; returns its revision.
    ///
    /// - Throws: ``CompileError``; the snapshot in force stays.
    @discardableResult
    public func replace(
        with directory: Directory,
        compiler: SnapshotCompiler = SnapshotCompiler()
    ) throws(CompileError) -> UInt64 {
        replace(with: try compiler.compile(directory))
    }

    /// Decides a request given as strings, on any thread and in any task.
    ///
    /// A malformed request is denied with the outcome ``Outcome/error`` (A4).
    public func authorize(
        principal: String,
        action: String,
        resource: String,
        context: [String: String] = [:],
        at now: Instant
    ) -> Decision {
        guard let caller = RequestPrincipal(UTF8Text(principal)) else { return .malformedRequest }
        do throws(RequestError) {
            let pairs = context.map {
                (key: UTF8Text($0.key), value: ContextValue.single(UTF8Text($0.value)))
            }
            let request = AuthorizationRequest(
                principal: caller,
                action: UTF8Text(action),
                resource: UTF8Text(resource),
                context: try RequestContext(pairs)
            )
            return authorize(try CompactRequest(request, at: now))
        } catch {
            return .malformedRequest
        }
    }
}
