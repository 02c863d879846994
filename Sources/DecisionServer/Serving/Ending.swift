/// How a server ends, step by step, in the control loop's ticks.
final class Ending {
    private enum Step {
        case serving
        /// Not ready, and still accepting until this time.
        case accepting(until: Int64)
        /// Nobody can connect; connections may go on until this time.
        case finishing(until: Int64)
        case over
    }

    private let server: ServerState
    private let acceptor: Acceptor
    private unowned let control: ServingLoop
    private let loops: [ServingLoop]
    private var step = Step.serving

    init(_ server: ServerState, _ acceptor: Acceptor, _ control: ServingLoop, _ loops: [ServingLoop]) {
        self.server = server
        self.acceptor = acceptor
        self.control = control
        self.loops = loops
    }

    func tick(_ now: Int64) {
        let configuration = server.configuration
        switch step {
        case .serving:
            guard server.isDraining else { return }
            configuration.log("draining")
            step = .accepting(until: now + Int64(configuration.drainDelaySeconds * 1e9))
        case .accepting(let end):
            guard now >= end else { return }
            acceptor.stopListening()
            server.noteStoppedListening()
            for loop in loops { loop.finish(atOnce: false) }
            step = .finishing(until: now + Int64(configuration.drainSeconds * 1e9))
        case .finishing(let end):
            let open = loops.reduce(0) { $0 + $1.connectionCount }
            guard open == 0 || now >= end else { return }
            if open > 0 { configuration.log("broke off \(open) connections") }
            for loop in loops { loop.finish(atOnce: true) }
            acceptor.close()
            control.finish(atOnce: true)
            step = .over
        case .over: break
        }
    }
}
