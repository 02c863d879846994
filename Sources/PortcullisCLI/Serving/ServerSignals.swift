import DecisionServer
import Dispatch
import Glibc

/// The signals of a server: `SIGTERM` and `SIGINT` let it end, a second one at once; `SIGHUP` lets it read its files again.
final class ServerSignals {
    private var sources: [any DispatchSourceSignal] = []

    init(_ server: DecisionServer) {
        let queue = DispatchQueue(label: "portcullis-signals")
        var isEnding = false
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if number == SIGHUP {
                    server.reload()
                } else if isEnding {
                    server.stop()
                } else {
                    isEnding = true
                    server.drain()
                }
            }
            source.resume()
            sources.append(source)
        }
    }

    /// Looks at no signal any more.
    func end() { for source in sources { source.cancel() } }
}
