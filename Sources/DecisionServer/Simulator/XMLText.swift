/// Writes XML, element by element.
struct XMLText {
    /// What has been written.
    private(set) var text = ""

    /// An element that holds others.
    mutating func element(_ name: String, attributes: String = "", _ body: (inout XMLText) -> Void) {
        var inner = XMLText()
        body(&inner)
        let opening = attributes.isEmpty ? name : "\(name) \(attributes)"
        text += inner.text.isEmpty ? "<\(opening)/>" : "<\(opening)>\(inner.text)</\(name)>"
    }

    /// An element that holds text.
    mutating func element(_ name: String, _ value: String) {
        text += "<\(name)>"
        for scalar in value.unicodeScalars { append(scalar) }
        text += "</\(name)>"
    }

    /// An element that holds a truth value.
    mutating func element(_ name: String, _ value: Bool) { element(name, value ? "true" : "false") }

    /// An element of `member` elements.
    mutating func list<Item>(_ name: String, _ items: [Item], _ body: (inout XMLText, Item) -> Void) {
        element(name) { xml in
            for item in items { xml.element("member") { body(&$0, item) } }
        }
    }

    /// An element of `member` elements that hold text.
    mutating func list(_ name: String, _ items: [String]) {
        element(name) { xml in
            for item in items { xml.element("member", item) }
        }
    }

    /// What XML 1.0 cannot hold at all becomes U+FFFD.
    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        case "'": text += "&apos;"
        case "\r": text += "&#xD;"
        case "\t", "\n": text.unicodeScalars.append(scalar)
        case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
        default: text.unicodeScalars.append(scalar)
        }
    }
}
