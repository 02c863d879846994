/// How many answers of a source without news pass until a bundle that could not be had is asked for again: one, then
/// up to two, up to four, and never more than eight, drawn at random.
///
/// A bundle that is missing or broken at its origin is so for a whole fleet. Asked for by everybody at every answer, it
/// would cost the servers most while they are in trouble.
struct RetryPatience {
    private var longest = 1
    private var left = 1

    static let longestMax = 8

    /// It failed once more.
    mutating func lengthen() {
        left = Int.random(in: (longest + 1) / 2...longest)
        longest = min(longest * 2, Self.longestMax)
    }

    /// The source has answered; whether it is time.
    mutating func isOver() -> Bool {
        left -= 1
        return left <= 0
    }
}
