import Portcullis

extension MappingReader {
    mutating func route(_ value: JSONValue) -> Route? {
        let members: [UTF8Text] = [
            "name", "methods", "path", "action", "resource", "resourceAccount", "context", "callers",
            "dryRun",
            "unprotected",
        ]
        guard let record = MappingRecord(value, members: members, &faults) else { return nil }
        let name = record.requiredText("name", &faults)
        let methods = methodSet(record)
        let isDryRun = record.bool("dryRun", &faults)
        let isUnprotected = record.bool("unprotected", &faults)
        let path = record.required("path", &faults).flatMap { pathTemplate($0) }
        guard let name, let methods, let path else { return nil }
        var asked: RouteQuestion?
        if isUnprotected {
            for member in ["action", "resource", "resourceAccount", "context", "callers"] as [UTF8Text] {
                guard let place = record[member] else { continue }
                faults.report(.mappingRoute, "an unprotected route asks nothing", at: place)
            }
        } else {
            guard let question = question(record, path) else { return nil }
            asked = question
        }
        return Route(name: name, methods: methods, path: path, isDryRun: isDryRun, question: asked)
    }

    private mutating func methodSet(_ record: MappingRecord) -> MethodSet? {
        guard let place = record.required("methods", &faults) else { return nil }
        let texts = record.texts("methods", &faults)
        if texts.isEmpty { faults.report(.schemaEmpty, "a route needs a method", at: place) }
        var set = MethodSet()
        for (text, place) in texts {
            if text.equals("*") {
                set.hasOthers = true
                continue
            }
            guard RequestMethod.isPlain(text.bytes.span) else {
                faults.report(.mappingRoute, "`\(text)` is no method that a route can have", at: place)
                continue
            }
            if !methods.contains(text) { methods.append(text) }
            guard let index = methods.firstIndex(of: text), index < MethodSet.countMax else {
                faults.report(.sizeLimit, "there are more than \(MethodSet.countMax) methods", at: place)
                continue
            }
            set.bits |= 1 << UInt64(index)
        }
        return set
    }

    private mutating func pathTemplate(_ value: JSONValue) -> PathTemplate? {
        guard let text = faults.text(value) else { return nil }
        guard text.begins(with: "/") else {
            faults.report(.mappingTemplate, "a path begins with `/`", at: value)
            return nil
        }
        var segments: [PathTemplate.Segment] = []
        var start = 1
        while start <= text.count {
            let end = text.firstOffset(of: UInt8(ascii: "/"), from: start) ?? text.count
            guard let segment = segment(text[start..<end], isLast: end == text.count, value) else {
                return nil
            }
            if let name = segment.captureName, segments.contains(where: { $0.captureName == name }) {
                faults.report(.mappingTemplate, "`{\(name)}` stands twice in the path", at: value)
                return nil
            }
            segments.append(segment)
            start = end + 1
        }
        guard segments.count <= PathTemplate.segmentCountMax else {
            faults.report(
                .sizeLimit,
                "the path has more than \(PathTemplate.segmentCountMax) segments",
                at: value
            )
            return nil
        }
        return PathTemplate(segments: segments)
    }

    private mutating func segment(
        _ text: UTF8Text,
        isLast: Bool,
        _ value: JSONValue
    ) -> PathTemplate.Segment? {
        if text.begins(with: "{"), text.count > 2, text[text.count - 1] == UInt8(ascii: "}") {
            var name = text[1..<(text.count - 1)]
            let isRest = name.count > 3 && name.dropFirst(name.count - 3).equals("...")
            if isRest { name = name[0..<(name.count - 3)] }
            guard name.bytes.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") })
            else {
                faults.report(.mappingTemplate, "`\(name)` cannot be the name of a capture", at: value)
                return nil
            }
            guard isRest else { return .capture(name) }
            guard isLast else {
                faults.report(.mappingTemplate, "`{\(name)...}` must end the path", at: value)
                return nil
            }
            return .rest(name)
        }
        guard !text.isEmpty || isLast else {
            faults.report(.mappingTemplate, "no request has an empty segment", at: value)
            return nil
        }
        let isPlain = text.bytes.allSatisfy { ByteSet.pathSegment.contains($0) }
        guard isPlain, text.isEmpty || text.bytes.contains(where: { $0 != UInt8(ascii: ".") }) else {
            let message = "`\(text)` is neither one capture nor text that stands in paths as it is"
            faults.report(.mappingTemplate, message, at: value)
            return nil
        }
        return .literal(text)
    }
}

/// What methods may look like.
enum RequestMethod {
    /// Whether it is a token without lower-case letters, which some servers would take for upper-case ones, and asks
    /// for a path.
    static func isPlain(_ text: Span<UInt8>) -> Bool {
        guard 1...32 ~= text.count else { return false }
        for index in text.indices {
            let byte = text[index]
            guard ByteSet.token.contains(byte), !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte) else {
                return false
            }
        }
        return !text.equalsIgnoringCase("connect")
    }
}
