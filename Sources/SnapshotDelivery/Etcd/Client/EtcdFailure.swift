/// Why etcd did not do what it was asked.
enum EtcdFailure: Error, Equatable {
    /// The member cannot be reached, or does not answer: another may.
    case unreachable(String)
    /// It answered with an error of its own: the code of gRPC, and its words.
    case refused(code: Int, String)
    /// It answered something else than etcd does.
    case malformed(String)
    /// The revision that was asked for is gone.
    case compacted
    /// What it holds is no set of policies, or older than what it held.
    case unusable(String)

    /// One line for people, without passwords: none is ever in it.
    var message: String {
        switch self {
        case .unreachable(let words): words
        case .refused(let code, let words): "etcd refused: \(words) (code \(code))"
        case .malformed(let words): "etcd's answer cannot be read: \(words)"
        case .compacted: "the revision has been compacted"
        case .unusable(let words): words
        }
    }

    /// `unauthenticated` of gRPC: the token is over.
    var isStaleToken: Bool {
        if case .refused(16, _) = self { true } else { false }
    }
}
