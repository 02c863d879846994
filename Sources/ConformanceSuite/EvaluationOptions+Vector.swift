import PolicyLanguage
import ReferenceEvaluator
import Vocabulary

extension EvaluationOptions {
    /// The options under which hostile inputs are judged: an unreadable value is an error, and an IPv6 address
    /// is never an IPv4 one.
    static let hostileInput: EvaluationOptions = {
        var options = EvaluationOptions()
        options.unparsableRequestValue = .error
        options.ipv4MappedIPv6 = .distinct
        return options
    }()

    /// Sets what a vector's `options` name.
    ///
    /// - Throws: ``InvalidDocument`` for an option or value nobody knows.
    mutating func apply(_ value: JSONValue?) throws(InvalidDocument) {
        for (key, choice) in value?.members.map({ ($0.key, $0.value) }) ?? [] {
            if !set(key.text.description, to: choice.text.description) {
                let message = "`\(key.text)` is not an option with the value `\(choice.text)`"
                throw InvalidDocument([
                    Diagnostic(.error, .schemaUnknown, message, path: key.path, location: key.location)
                ])
            }
        }
    }
}
