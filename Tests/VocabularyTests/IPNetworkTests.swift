import Testing
import Vocabulary

@Suite("Addresses and blocks")
struct IPNetworkTests {
    private static func network(_ text: String) throws -> IPNetwork {
        try #require(IPNetwork(UTF8Text(text)), "\(text)")
    }

    @Test(
        "E17: an IPv6 address has one value, however it is written",
        arguments: [
            ("::", 0), ("0:0:0:0:0:0:0:0", 0), ("::0", 0), ("0::", 0), ("0:0::0:0", 0), ("::0.0.0.0", 0),
            ("::1", 1), ("0:0:0:0:0:0:0:1", 1), ("0000:0000:0000:0000:0000:0000:0000:0001", 1), ("0::1", 1),
            ("::0.0.0.1", 1), ("::0:1", 1), ("0:0:0:0:0:0:0.0.0.1", 1),
            ("2001:db8::1", 0x2001_0db8_0000_0000_0000_0000_0000_0001),
            ("2001:DB8:0:0::1", 0x2001_0db8_0000_0000_0000_0000_0000_0001),
            ("2001:0db8:0000:0000:0000:0000:0000:0001", 0x2001_0db8_0000_0000_0000_0000_0000_0001),
            ("1::", 0x0001_0000_0000_0000_0000_0000_0000_0000),
            ("1:2:3:4:5:6:7:8", 0x0001_0002_0003_0004_0005_0006_0007_0008),
            ("1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000),
            ("::2:3:4:5:6:7:8", 0x0000_0002_0003_0004_0005_0006_0007_0008),
            ("1:2:3::6:7:8", 0x0001_0002_0003_0000_0000_0006_0007_0008),
            ("64:ff9b::192.0.2.33", 0x0064_ff9b_0000_0000_0000_0000_c000_0221),
            ("1:2:3:4:5:6:1.2.3.4", 0x0001_0002_0003_0004_0005_0006_0102_0304),
            ("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", UInt128.max),
        ] as [(String, UInt128)]
    )
    func v6Forms(_ text: String, _ address: UInt128) throws {
        let network = try Self.network(text)
        #expect(network.family == .v6)
        #expect(network.address == address)
        #expect(network.prefixLength == 128)
    }

    @Test(
        "E17: an IPv4 address is four decimal octets",
        arguments: [
            ("0.0.0.0", 0), ("10.0.0.7", 0x0A00_0007), ("255.255.255.255", 0xFFFF_FFFF),
            ("1.2.3.4", 0x0102_0304),
        ]
            as [(String, UInt128)]
    )
    func v4Forms(_ text: String, _ address: UInt128) throws {
        let network = try Self.network(text)
        #expect(network.family == .v4)
        #expect(network.address == address)
        #expect(network.prefixLength == 32)
    }

    @Test(
        "E17: other spellings are no address: short, octal, hexadecimal, signed, zoned, listed",
        arguments: [
            "", " ", "10", "10.0.1", "10.0.0", "10.0.0.0.1", "10.0.0.", ".10.0.0", "10..0.1", "256.0.0.1",
            "1.2.3.1000",
            "010.0.0.1", "1.2.3.04", "00.0.0.0", "0x0A.0.0.1", "167772161", "+1.2.3.4", "-1.2.3.4",
            "1.2.3.+4", " 1.2.3.4",
            "1.2.3.4 ", "1.2.3.4\u{0}", "1.2.3.4,5.6.7.8", "1.2.3.4:80", "localhost", "1.2.3.a",
            "\u{661}.2.3.4", "*",
            ":", ":::", "::1::", "1::2::3", ":1", "1:", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2:3:4:5:6:7:8", "::1:2:3:4:5:6:7:8", "12345::", "g::", "::-1", "::+1", "fe80::1%eth0",
            "[::1]", "::1.2.3",
            "::1.2.3.256", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4.5", "0x1::",
        ]
    )
    func refused(_ text: String) {
        #expect(IPNetwork(UTF8Text(text)) == nil)
    }

    @Test(
        "E17: a prefix length is a plain number within the family's bits",
        arguments: [
            "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/00",
            "10.0.0.0/8 ",
            "10.0.0.0/ 8", "10.0.0.0/8/8", "10.0.0.0/255.0.0.0", "10.0.0.0/0x8", "10.0.0.0/1000", "/8",
            "::/129", "::/+64",
            "::/0128", "::/", "10.0.0.0//8", "10.0.0.0/99999999999999999999", "::/\u{664}",
        ]
    )
    func badPrefixes(_ text: String) {
        #expect(IPNetwork(UTF8Text(text)) == nil)
    }

    @Test(
        "E17: a block holds exactly the addresses under its prefix",
        arguments: [
            ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "9.255.255.255", false),
            ("10.1.2.3/8", "10.9.9.9", true), ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/1", "128.0.0.0", false),
            ("192.0.2.4/31", "192.0.2.5", true), ("192.0.2.4/31", "192.0.2.6", false),
            ("192.0.2.4", "192.0.2.4", true),
            ("192.0.2.4/32", "192.0.2.5", false), ("10.0.0.0/8", "10.2.0.0/16", true),
            ("10.2.0.0/16", "10.0.0.0/8", false),
            ("10.0.0.0/8", "10.0.0.0/8", true), ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::", false), ("::/0", "ffff::", true),
            ("::1", "0:0:0:0:0:0:0:1", true),
            ("::1", "::2", false), ("2001:db8::/127", "2001:db8::1", true),
            ("2001:db8::/127", "2001:db8::2", false),
            ("8000::/1", "7fff::", false),
        ]
    )
    func contains(_ block: String, _ other: String, _ expected: Bool) throws {
        #expect(try Self.network(block).contains(Self.network(other)) == expected)
    }

    @Test(
        "E17: the families never match each other, not even where the bits agree",
        arguments: [
            ("0.0.0.0/0", "::"), ("::/0", "0.0.0.0"), ("0.0.0.1", "::1"), ("::/0", "10.0.0.1"),
            ("0.0.0.0/0", "::ffff:10.0.0.1"),
        ]
    )
    func families(_ block: String, _ other: String) throws {
        #expect(try !Self.network(block).contains(Self.network(other)))
    }

    @Test("E17: bits after the prefix do not count")
    func canonicalBlocks() throws {
        #expect(try Self.network("10.1.2.3/8") == Self.network("10.0.0.0/8"))
        #expect(try Self.network("10.0.0.0/8") != Self.network("10.0.0.0/9"))
        #expect(try Self.network("ffff::1/0") == Self.network("::/0"))
        #expect(try Self.network("10.0.0.1/32") == Self.network("10.0.0.1"))
        #expect(try Self.network("0.0.0.0/0") != Self.network("::/0"))
    }

    @Test(
        "E17: an IPv4-mapped address or block is the IPv4 one behind it",
        arguments: [
            ("::ffff:10.0.0.1", "10.0.0.1"), ("::FFFF:0a00:0001", "10.0.0.1"),
            ("0:0:0:0:0:ffff:10.0.0.1", "10.0.0.1"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("::ffff:0:0/96", "0.0.0.0/0"), ("10.0.0.1", "10.0.0.1"),
        ]
    )
    func mapped(_ text: String, _ unmapped: String) throws {
        #expect(try Self.network(text).unmapped == Self.network(unmapped))
    }

    @Test(
        "E17: other IPv6 blocks stay IPv6",
        arguments: [
            "::10.0.0.1", "::ffff:0:10.0.0.1", "::fffe:10.0.0.1", "::ffff:0:0/95", "::/0", "1::ffff:10.0.0.1",
            "2001:db8::1",
        ]
    )
    func notMapped(_ text: String) throws {
        #expect(try Self.network(text).unmapped == Self.network(text))
    }
}
