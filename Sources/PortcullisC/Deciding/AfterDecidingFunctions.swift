// The functions are documented in portcullis.h.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import CPortcullis
import Portcullis

// INVARIANT: pointers of a caller go to `CallerDecisions` and `CallerBuffer` unread; `HandleTable` hands out none but the
// calling thread's own requests.

@c @implementation
public func portcullis_policy_name(
    _ engine: OpaquePointer?,
    _ decision: UnsafePointer<portcullis_decision>?,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
    resultCode { () throws(Failure) in
        let engine = try unsafe EngineRegister.shared.engine(engine).engine
        // Only read from.
        let given = try unsafe CallerDecisions(UnsafeMutablePointer(mutating: decision)).first
        guard let decision = given.decision else {
            throw Failure(.invalidArgument, "`decision` is none that a check gave")
        }
        guard decision.policy != nil, decision.layer != .session else {
            throw Failure(.noPolicy, "no policy of the engine made the decision")
        }
        guard let name = engine.policyName(of: decision) else {
            throw Failure(.revisionGone, "revision \(decision.revision) is not in force any more")
        }
        try unsafe CallerBuffer(buffer, capacity, length).write(name.description)
    }
}

@c @implementation
public func portcullis_explain(
    _ engine: OpaquePointer?,
    _ request: OpaquePointer?,
    _ all_statements: Int32,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int,
    _ length: UnsafeMutablePointer<Int>?
) -> Int32 {
    unsafe changing(request) { (request) throws(Failure) in
        let engine = try unsafe EngineRegister.shared.engine(engine)
        let json = try engine.explain(try request.question, includesAllStatements: all_statements != 0)
        try unsafe CallerBuffer(buffer, capacity, length).write(json)
    }
}
