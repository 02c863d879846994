import Foundation
import Measuring

/// Says on standard error what is being done: one line that changes on a terminal, else a line each.
final class Progress {
    private static let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = WallClock().now()
    private var total: Int
    private var number = 0

    init(total: Int) { self.total = total }

    func begin(_ step: String) {
        number += 1
        total = max(total, number)
        let seconds = (WallClock().now() - start) / 1_000_000_000
        let line = "[\(number)/\(total)] \(seconds) s  \(step)"
        Self.write(Self.isTerminal ? Self.cleared + line : line + "\n")
    }

    /// Corrects how many steps are still to come.
    func expect(_ more: Int) { total = number + more }

    func end() { Self.write(Self.isTerminal ? Self.cleared : "") }

    /// Says something that stays.
    static func note(_ text: String) { write((isTerminal ? cleared : "") + text + "\n") }

    /// Carriage return, and whatever stands there cleared to the end of the line.
    private static let cleared = "\r\u{1B}[K"

    private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
