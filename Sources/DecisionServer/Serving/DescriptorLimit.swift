import Glibc

/// How many descriptors the process may have.
enum DescriptorLimit {
    /// What the process needs besides connections.
    private static let others = 128

    /// Raises the soft limit for so many connections, as far as the hard one lets it.
    static func raise(for connections: Int) {
        var limit = rlimit()
        // INVARIANT: the structure outlives the calls.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = rlim_t(connections + others)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
