public import CNginxModule
import GatewayRuntime
import Portcullis
import RequestMapping

// The functions of portcullis_nginx.h, which says more.
//
// INVARIANT: a handle comes from `portcullis_nginx_open` and was not closed; other addresses are lent for
// the time of the call.

private func borrowed(_ handle: OpaquePointer) -> ModuleGateway {
    unsafe Unmanaged<ModuleGateway>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Copies as much of a name as there is room for, and returns how much that is.
private func copy(_ name: borrowing Span<UInt8>, _ bytes: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int
{
    let buffer = unsafe UnsafeMutableBufferPointer(start: bytes, count: capacity)
    let count = min(name.count, capacity)
    for index in 0..<count { unsafe buffer[index] = name[index] }
    return count
}

/// Checks settings and reads the mapping; nil, and a message, where they are at fault.
@c @implementation
public func portcullis_nginx_open(
    _ settings: UnsafePointer<portcullis_nginx_settings>,
    _ message: portcullis_nginx_message
) -> OpaquePointer? {
    do throws(GatewayError) {
        let gateway = try unsafe ModuleGateway(GatewayConfiguration(settings))
        return unsafe OpaquePointer(Unmanaged.passRetained(gateway).toOpaque())
    } catch {
        unsafe message.write(error.description)
        return nil
    }
}

/// Gives a gateway back.
@c @implementation
public func portcullis_nginx_close(_ gateway: OpaquePointer) {
    let handle = unsafe Unmanaged<ModuleGateway>.fromOpaque(UnsafeRawPointer(gateway))
    unsafe handle.takeRetainedValue().stop()
}

/// Sends reports to a descriptor; below 0 to nobody.
@c @implementation
public func portcullis_nginx_report_to(_ descriptor: Int32) { ReportPipe.use(descriptor) }

/// Follows policies and mapping, and waits for the first policies; false, and a message, where there are none.
@c @implementation
public func portcullis_nginx_start(
    _ gateway: OpaquePointer,
    _ keeping_folder: portcullis_nginx_text,
    _ message: portcullis_nginx_message
) -> Bool {
    do throws(GatewayError) {
        try unsafe borrowed(gateway).start(keepingIn: keeping_folder.stringIfAny)
        return true
    } catch {
        unsafe message.write(error.description)
        return false
    }
}

/// Ends the threads.
@c @implementation
public func portcullis_nginx_stop(_ gateway: OpaquePointer) { unsafe borrowed(gateway).stop() }

/// Decides a request.
@c @implementation
public func portcullis_nginx_decide(
    _ gateway: OpaquePointer,
    _ request: UnsafePointer<portcullis_nginx_request>,
    _ answer: UnsafeMutablePointer<portcullis_nginx_answer>
) {
    unsafe answer.pointee = portcullis_nginx_answer(borrowed(gateway).decide { unsafe $0.copy(request) })
}

/// The answer to a request that can be read in two ways.
@c @implementation
public func portcullis_nginx_refuse_ambiguous(_ answer: UnsafeMutablePointer<portcullis_nginx_answer>) {
    unsafe answer.pointee = portcullis_nginx_answer(GateAnswer(.malformed))
}

/// Writes the name of what decided the last request, and returns its length.
@c @implementation
public func portcullis_nginx_statement(
    _ gateway: OpaquePointer,
    _ bytes: UnsafeMutablePointer<UInt8>,
    _ capacity: Int
) -> Int {
    unsafe borrowed(gateway).withStatementName { unsafe copy($0, bytes, capacity) } ?? 0
}

/// Writes the name of the last request's route, and returns its length.
@c @implementation
public func portcullis_nginx_route(
    _ gateway: OpaquePointer,
    _ bytes: UnsafeMutablePointer<UInt8>,
    _ capacity: Int
) -> Int {
    unsafe borrowed(gateway).withRouteName { unsafe copy($0, bytes, capacity) } ?? 0
}

/// The name of a reason; it lives for ever.
@c @implementation
public func portcullis_nginx_reason_name(_ reason: UInt8) -> portcullis_nginx_text {
    guard let reason = GateAnswer.Reason(rawValue: reason) else {
        return unsafe portcullis_nginx_text("unknown")
    }
    return unsafe portcullis_nginx_text(GateAnswer(reason).name)
}

/// How a gateway stands.
@c @implementation
public func portcullis_nginx_inspect(
    _ gateway: OpaquePointer,
    _ condition: UnsafeMutablePointer<portcullis_nginx_condition>
) {
    let gateway = unsafe borrowed(gateway)
    unsafe condition.pointee = portcullis_nginx_condition(
        is_ready: gateway.isReady,
        policy_revision: gateway.inForce.engine.revision,
        mapping_revision: gateway.inForce.mappingRevision,
        has_mapping_failure: gateway.inForce.mappingFailure != nil
    )
}
