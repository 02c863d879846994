import Foundation

/// Text of HTML or SVG in the making; values are escaped where they go in.
struct Markup: ExpressibleByStringInterpolation, CustomStringConvertible {
    private(set) var description: String

    init(stringLiteral text: String) { description = text }

    init(stringInterpolation parts: Interpolation) { description = parts.text }

    static func += (left: inout Markup, right: Markup) { left.description += right.description }

    /// What is put into markup: text is escaped, markup and numbers stand as they are.
    struct Interpolation: StringInterpolationProtocol {
        var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) { text += literal }
        mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }
        mutating func appendInterpolation(_ value: Int) { text += String(value) }
        mutating func appendInterpolation(_ markup: Markup) { text += markup.description }
        /// Places in a picture: a tenth is finer than the eye.
        mutating func appendInterpolation(_ value: Double) { text += String(format: "%.1f", value) }
    }

    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }
}

extension [Markup] {
    /// All of them, one after the other.
    var joined: Markup {
        var whole: Markup = ""
        for part in self { whole += part }
        return whole
    }
}
