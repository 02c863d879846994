import CPortcullis
import SnapshotDelivery
import Vocabulary

/// What a function returns; the numbers are those of the header.
enum ResultCode: Int32, CaseIterable {
    case ok = 0
    case nullArgument = -1
    case invalidHandle = -2
    case closed = -3
    case wrongThread = -4
    case wrongSize = -5
    case bufferTooSmall = -6
    case notUTF8 = -7
    case zeroInText = -8
    case invalidArgument = -9
    case invalidRequest = -10
    case unreachable = -11
    case notTrusted = -12
    case invalidPolicies = -13
    case noPolicies = -14
    case notExplainable = -15
    case noPolicy = -16
    case revisionGone = -17
    case tooMany = -18

    /// The name in the header.
    var name: String {
        switch self {
        case .ok: "PORTCULLIS_OK"
        case .nullArgument: "PORTCULLIS_ERROR_NULL_ARGUMENT"
        case .invalidHandle: "PORTCULLIS_ERROR_INVALID_HANDLE"
        case .closed: "PORTCULLIS_ERROR_CLOSED"
        case .wrongThread: "PORTCULLIS_ERROR_WRONG_THREAD"
        case .wrongSize: "PORTCULLIS_ERROR_WRONG_SIZE"
        case .bufferTooSmall: "PORTCULLIS_ERROR_BUFFER_TOO_SMALL"
        case .notUTF8: "PORTCULLIS_ERROR_NOT_UTF8"
        case .zeroInText: "PORTCULLIS_ERROR_ZERO_IN_TEXT"
        case .invalidArgument: "PORTCULLIS_ERROR_INVALID_ARGUMENT"
        case .invalidRequest: "PORTCULLIS_ERROR_INVALID_REQUEST"
        case .unreachable: "PORTCULLIS_ERROR_UNREACHABLE"
        case .notTrusted: "PORTCULLIS_ERROR_NOT_TRUSTED"
        case .invalidPolicies: "PORTCULLIS_ERROR_INVALID_POLICIES"
        case .noPolicies: "PORTCULLIS_ERROR_NO_POLICIES"
        case .notExplainable: "PORTCULLIS_ERROR_NOT_EXPLAINABLE"
        case .noPolicy: "PORTCULLIS_ERROR_NO_POLICY"
        case .revisionGone: "PORTCULLIS_ERROR_REVISION_GONE"
        case .tooMany: "PORTCULLIS_ERROR_TOO_MANY"
        }
    }
}

/// Why a function does nothing: the code that it returns, and the words for ``LastMessage``.
struct Failure: Error {
    let code: ResultCode
    let message: String

    init(_ code: ResultCode, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: RequestError) { self.init(.invalidRequest, error.description) }

    init(_ error: DeliveryError) {
        let code: ResultCode =
            switch error.code {
            case .signature, .channel, .rollback, .expired, .notYetValid, .digest, .size, .rolledBack:
                .notTrusted
            case .fetch: .unreachable
            case .snapshot, .policies, .compile, .changes, .gate: .invalidPolicies
            }
        self.init(code, error.description)
    }

    static func isNull(_ name: StaticString) -> Failure { Failure(.nullArgument, "`\(name)` is NULL") }
}

/// Runs what a function of the header does, and turns its failure into a code and a message.
@inline(__always)
func resultCode(_ body: () throws(Failure) -> Void) -> Int32 {
    do throws(Failure) {
        try body()
        return ResultCode.ok.rawValue
    } catch {
        return report(error)
    }
}

@inline(never)
func report(_ failure: Failure) -> Int32 {
    ThreadRecord.current.note(failure.message)
    return failure.code.rawValue
}
