/// A line on the terminal that says how far a long run has come; nothing when there is no terminal.
struct ProgressLine {
    private let console: Console
    private let noun: String
    private let total: Int
    private var done = 0
    private var lastShown: ContinuousClock.Instant?

    init(_ console: Console, _ noun: String, total: Int) {
        self.console = console
        self.noun = noun
        self.total = total
    }

    /// Counts one, and redraws the line at most ten times a second.
    mutating func advance() {
        done += 1
        guard console.showsProgress, total > 1 else { return }
        let now = ContinuousClock.now
        if let lastShown, now - lastShown < .milliseconds(100), done < total { return }
        lastShown = now
        console.writeError("\r\(done * 100 / total) %  \(done) of \(total) \(noun)")
    }

    /// Removes the line.
    func finish() {
        if lastShown != nil { console.writeError("\r\u{1B}[K") }
    }
}
