import PolicyLanguage
import Vocabulary

/// Measures the slowest pairs of pattern and text of 2 KiB that are known.
@main
struct Main {
    private static let bytesMax = 2_048

    static func main() {
        var worst = Duration.zero
        for (name, pattern, text) in cases {
            let pattern = WildcardPattern(UTF8Text(pattern))
            let text = UTF8Text(text)
            var isMatch = false
            let times = (0..<101).map { _ in ContinuousClock().measure { isMatch = pattern.matches(text) } }
                .sorted()
            worst = max(worst, times[50])
            print("\(name): \(times[50]), \(isMatch ? "match" : "no match")")
        }
        print("worst: \(worst)")
    }

    private static var cases: [(String, String, String)] {
        let letters = String(repeating: "a", count: bytesMax)
        let long = "*" + String(repeating: "a", count: bytesMax - 2) + "b"
        let stars = String(String(repeating: "a*", count: bytesMax / 2).prefix(bytesMax - 1)) + "b"
        let questions = "*" + String(repeating: "?", count: bytesMax - 2) + "b"
        let pairs = "*" + String(repeating: "ab", count: bytesMax / 2 - 1) + "c"
        return [
            ("a star and one long stretch", long, letters), ("a star after every letter", stars, letters),
            ("a star and question marks", questions, letters),
            ("a periodic stretch", pairs, String(repeating: "ab", count: bytesMax / 2)),
            ("mixed", String(repeating: "*?a", count: 682) + "b", letters),
        ]
    }
}
