import DecisionIndex
import PolicyLanguage
import Vocabulary

extension PatternTemplate {
    /// The template in the image's terms.
    var plan: PatternPlan { PatternPlan(symbols) }

    private var symbols: [PatternPlan.Symbol] {
        parts.flatMap { part -> [PatternPlan.Symbol] in
            switch part {
            case .tokens(let tokens): tokens.map(\.symbol)
            case .variable(let variable):
                [.variable(key: variable.key, defaultValue: variable.defaultValue)]
            }
        }
    }
}

extension PatternToken {
    fileprivate var symbol: PatternPlan.Symbol {
        switch kind {
        case .literal(let byte): .literal(byte)
        case .anyScalar: .anyScalar
        case .anyRun: .anyRun
        case .anyScalarInPart: .anyScalarInPart
        case .anyRunInPart: .anyRunInPart
        }
    }
}

extension ActionPattern {
    /// The pattern in lower case and in the image's terms (D1).
    var plan: ActionPlan {
        let text = text.asciiLowercased
        let symbols = text.bytes.map { byte -> PatternPlan.Symbol in
            switch byte {
            case UInt8(ascii: "*"): .anyRun
            case UInt8(ascii: "?"): .anyScalar
            default: .literal(byte)
            }
        }
        return ActionPlan(text: text, pattern: PatternPlan(symbols))
    }
}
