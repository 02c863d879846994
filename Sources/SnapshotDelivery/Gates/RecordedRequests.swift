public import Portcullis

/// Requests from a log, to be decided again: JSON Lines as `portcullis check --requests` reads them.
public struct RecordedRequests: Sendable {
    struct Entry: Sendable {
        let line: Int
        let document: RequestDocument
    }

    let entries: [Entry]

    /// How many there are.
    public var count: Int { entries.count }

    /// Reads a log; blank lines are passed over.
    ///
    /// - Throws: ``InvalidDocument`` with the faults of the first line that is not a request.
    public init(_ source: SourceText, reader: PolicyReader = PolicyReader()) throws(InvalidDocument) {
        var entries: [Entry] = []
        let lines = source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            let text = SourceText(Array(line), name: "\(source.name):\(index + 1)")
            // A decision log says of some requests only that they were there.
            if (try? JSONDocument(reading: text))?.root["abridged"] != nil { continue }
            entries.append(
                Entry(line: index + 1, document: try RequestDocument(reading: text, reader: reader))
            )
        }
        self.entries = entries
    }

    /// Decides every request by an image.
    ///
    /// - Parameter now: the time of requests that do not set their own.
    func decide(by image: VerifiedImage, at now: Instant) -> [Outcome] {
        var reader = AuthorizationEngine(image).makeReader()
        return entries.map { entry in
            guard let request = entry.document.compact(image.options, at: now) else { return .error }
            return reader.authorize(request).outcome
        }
    }
}

extension RequestDocument {
    /// The request laid out for an image with these options; nil for one that is denied as an error (A4).
    fileprivate func compact(_ options: EvaluationOptions, at now: Instant) -> CompactRequest? {
        do {
            let credential = try session.map { try CallerCredential($0, options: options) }
            return try CompactRequest(request, credential: credential, at: at ?? now)
        } catch {
            return nil
        }
    }
}

extension RecordedRequests.Entry {
    /// Which request it is, for people.
    var label: String {
        let id = document.id.map { " \($0)" } ?? ""
        let request = document.request
        return "line \(line)\(id): \(request.principal.displayName) \(request.action) \(request.resource)"
    }
}
