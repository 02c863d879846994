import Portcullis

/// A signed pointer in a key of etcd, so that followers of a web server hear of it at once.
///
/// The key holds the 224 bytes of the pointer itself. It proves nothing by being there: a follower verifies it as it
/// does what the web server sends, and fetches the bundle from there.
public final class PointerAnnouncement {
    private let client: EtcdClient
    private let key: [UInt8]

    /// An announcement that talks to nobody yet, at `PREFIX/pointer`.
    ///
    /// - Throws: ``StoreFailure`` where libcurl cannot be started.
    public init(_ settings: EtcdSettings) throws(StoreFailure) {
        do throws(EtcdFailure) { client = try EtcdClient(settings) } catch { throw StoreFailure(error) }
        key = StoreLayout(prefix: settings.prefix).announcement
    }

    /// Announces a pointer whose bundle can be fetched by now.
    ///
    /// Blocks its thread until etcd has answered.
    public func announce(_ pointer: [UInt8]) throws(StoreFailure) {
        do throws(EtcdFailure) {
            _ = try client.call(
                "/v3/kv/put",
                .object([("key", EtcdMessages.bytes(key)), ("value", EtcdMessages.bytes(pointer))])
            )
        } catch {
            throw StoreFailure(error)
        }
    }
}
