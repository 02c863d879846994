import Portcullis

/// Makes texts that patterns match.
struct PatternFilling {
    private static let stretches = ["x7", "prod-1", "a/b", "k9-z"]
    private static let letters = ["a", "b", "c", "d", "x", "y", "z"]

    /// A pattern with something in place of each wildcard.
    static func fill(_ pattern: String, _ random: inout RandomSource, star: String? = nil) -> String {
        pattern.reduce(into: "") { text, character in
            switch character {
            case "*": text += star ?? random.element(of: stretches)
            case "?": text += random.element(of: letters)
            default: text.append(character)
            }
        }
    }

    /// A pattern with values of the context, or `v`, in place of variables such as `${aws:username}`.
    static func resolve(_ pattern: String, _ context: [(key: String, values: [String])]) -> String {
        var result = ""
        var rest = pattern[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            let key = rest[start.upperBound..<end].lowercased()
            result += rest[..<start.lowerBound]
            result += context.first { $0.key.lowercased() == key }?.values.first ?? "v"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
