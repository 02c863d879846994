/// The words of a command line: options with and without values, and what stands by itself.
struct Arguments {
    private var values: [String: [String]] = [:]
    private var flags: Set<String> = []
    /// The words that belong to no option.
    private(set) var positional: [String] = []

    /// - Parameters:
    ///   - valued: options that take the next word, or what follows `=`.
    ///   - flags: options that stand alone.
    init(_ words: [String], valued: Set<String>, flags known: Set<String>) throws(CommandFailure) {
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if word == "--" {
                positional += words[index...]
                return
            }
            guard word.hasPrefix("-"), word != "-" else {
                positional.append(word)
                continue
            }
            let name = String(word.prefix { $0 != "=" })
            if valued.contains(name) {
                if name.count < word.count {
                    values[name, default: []].append(String(word.dropFirst(name.count + 1)))
                } else {
                    guard index < words.count else { throw .usage("`\(name)` needs a value") }
                    values[name, default: []].append(words[index])
                    index += 1
                }
            } else if known.contains(word) {
                flags.insert(word)
            } else {
                throw .usage("there is no option `\(word)`")
            }
        }
    }

    /// The value of an option given once.
    func value(_ name: String) throws(CommandFailure) -> String? {
        guard let all = values[name] else { return nil }
        if all.count > 1 { throw .usage("`\(name)` was given \(all.count) times") }
        return all[0]
    }

    /// The value of an option that must be there.
    func required(_ name: String) throws(CommandFailure) -> String {
        guard let value = try value(name) else { throw .usage("`\(name)` is needed") }
        return value
    }

    /// Every value of an option that may stand several times.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// Whether an option without a value is there.
    func has(_ name: String) -> Bool { flags.contains(name) }

    /// `key=value`, split at the first `=`.
    static func pair(_ text: String, of option: String) throws(CommandFailure) -> (key: String, value: String)
    {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw .usage("`\(option)` needs `key=value`, not `\(text)`")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
