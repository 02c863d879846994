import PolicyLanguage
import Vocabulary

/// What a watch tells: one JSON object a line, cut anywhere by the network.
struct WatchStream {
    /// One answer of a watch.
    struct Answer {
        /// What changed, in order, of whole revisions; empty for news about the watch itself.
        let records: [EtcdRecord]
        let header: EtcdHeader
        /// Whether the watch has just begun.
        let isCreated: Bool
    }

    private var partial: [UInt8] = []

    /// Takes bytes, and reads the lines that are complete by now.
    ///
    /// - Throws: ``EtcdFailure/compacted`` when the watch cannot begin at its revision any more.
    mutating func answers(adding bytes: [UInt8]) throws(EtcdFailure) -> [Answer] {
        guard !bytes.isEmpty else { return [] }
        partial += bytes
        var answers: [Answer] = []
        var start = 0
        while let end = partial[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if end > start { answers.append(try Self.read(Array(partial[start..<end]))) }
            start = end + 1
        }
        partial.removeFirst(start)
        return answers
    }

    private static func read(_ line: [UInt8]) throws(EtcdFailure) -> Answer {
        guard let result = try EtcdMessages.read(line)["result"] else {
            throw .malformed("a watch without result")
        }
        if try result.number("compact_revision") > 0 { throw .compacted }
        if result["canceled"]?.bool ?? false {
            let reason = result["cancel_reason"]?.string?.description ?? "no reason given"
            throw .refused(code: reason.contains("permission") ? 7 : 2, "the watch was ended: \(reason)")
        }
        var records: [EtcdRecord] = []
        for event in result["events"].map({ Array($0.elements) }) ?? [] {
            guard let record = event["kv"] else { throw .malformed("an event without key") }
            records.append(
                try EtcdRecord(record, isDeleted: event["type"]?.string?.description == "DELETE")
            )
        }
        return Answer(
            records: records,
            header: try EtcdHeader(result),
            isCreated: result["created"]?.bool ?? false
        )
    }
}
