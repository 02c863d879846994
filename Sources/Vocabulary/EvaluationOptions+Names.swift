extension EvaluationOptions {
    /// Sets the option of this name, as vectors and the command line spell both.
    ///
    /// - Returns: whether there is such an option with such a value.
    public mutating func set(_ name: String, to value: String) -> Bool {
        switch name {
        case "arnWildcards": choose(\.arnWildcards, .init(rawValue: value))
        case "notPrincipal": choose(\.notPrincipal, .init(rawValue: value))
        case "unparsableRequestValue": choose(\.unparsableRequestValue, .init(rawValue: value))
        case "ipv4MappedIPv6": choose(\.ipv4MappedIPv6, .init(rawValue: value))
        case "forAnyValueIfExistsMissing": choose(\.forAnyValueIfExistsMissing, Bool(value))
        case "rootUser": choose(\.rootUser, Bool(value))
        default: false
        }
    }

    private mutating func choose<Choice>(_ option: WritableKeyPath<Self, Choice>, _ choice: Choice?) -> Bool {
        guard let choice else { return false }
        self[keyPath: option] = choice
        return true
    }
}
