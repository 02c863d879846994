import Testing
import Vocabulary

@Suite("Account ids")
struct AccountIDTests {
    @Test("An account id is twelve digits", arguments: ["111122223333", "000000000000", "999999999999"])
    func wellFormed(_ text: String) throws {
        #expect(try #require(AccountID(UTF8Text(text))).description == text)
    }

    @Test(
        "Nothing but twelve ASCII digits is an account id",
        arguments: [
            "", "11112222333", "1111222233334", "11112222333a", "1111-2222-33", " 11112222333",
            "+11112222333",
            "\u{661}\u{661}\u{661}\u{661}\u{661}\u{661}", "11112222333\u{0}", "1111222233\u{665}", "*",
        ]
    )
    func malformed(_ text: String) {
        #expect(AccountID(UTF8Text(text)) == nil)
        #expect(!AccountID.isWellFormed(UTF8Text(text)))
    }

    @Test("Leading zeros are part of the id")
    func leadingZeros() {
        #expect(AccountID("000011112222") != AccountID("111122220000"))
        #expect(AccountID(unchecked: "11112222") != AccountID(unchecked: "000011112222"))
    }

    @Test("Accounts sort by their digits")
    func order() {
        let ids = ["222222222222", "011111111111", "111111111111"].map { AccountID(unchecked: UTF8Text($0)) }
        #expect(ids.sorted().map(\.description) == ["011111111111", "111111111111", "222222222222"])
    }
}
