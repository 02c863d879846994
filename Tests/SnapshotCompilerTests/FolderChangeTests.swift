import IdentityDirectory
import PolicyLanguage
import RandomWorlds
import SnapshotCompiler
import Testing

@testable import DecisionIndex

@Suite("A folder that changes file by file changes its directory as reading it again would")
struct FolderChangeTests {
    /// A folder, and what was compiled for it; nil while the folder is faulty.
    private struct Subject {
        var folder: ChangingFolder
        var compiled: CompiledDirectory?
        var tally = (alike: 0, told: 0, refused: 0)

        init(_ files: [String: [UInt8]]) throws {
            folder = ChangingFolder(files, reader: PolicyReader())
            compiled = try CompiledDirectory(Directory(files: files), SnapshotCompiler(seed: 1))
        }

        /// Takes edits in both ways.
        mutating func take(_ edits: [FileEdit], _ comment: Comment) throws {
            let changes = folder.apply(edits)
            let whole = try? Directory(files: folder.files)
            defer {
                if compiled == nil {
                    compiled = whole.flatMap { try? CompiledDirectory($0, SnapshotCompiler(seed: 1)) }
                }
            }
            guard let changes, var changed = compiled else {
                compiled = nil
                return
            }
            tally.told += 1
            compiled = nil
            do { try changed.apply(changes) } catch {
                // Changes in a row may pass through what no folder could be; then the whole folder is read.
                tally.refused += 1
                return
            }
            let directory = try #require(whole, "a faulty folder was changed piece by piece: \(comment)")
            let bytes = try SnapshotCompiler(seed: 1).compile(changed.directory).bytes
            #expect(try SnapshotCompiler(seed: 1).compile(directory).bytes == bytes, comment)
            #expect(changed.directory.accounts.keys == directory.accounts.keys, comment)
            tally.alike += 1
            compiled = changed
        }
    }

    private static func edits(
        of first: [String: String],
        towards second: [String: String],
        _ random: inout RandomSource
    ) -> [FileEdit] {
        let paths = Set(first.keys).union(second.keys).sorted()
        // What bears on whole accounts is never told piece by piece, so that most edits are of other files.
        let single = paths.filter { $0.hasPrefix("accounts/") && !$0.hasSuffix("/account.json") }
        return (0...random.number(0...3)).map { _ in
            let path = random.pick(random.chance(5) ? paths : single)
            if random.chance(10) { return FileEdit(path, nil) }
            if random.chance(2) { return FileEdit(path, Array(#"{"Version": "#.utf8)) }
            let text = random.chance(50) ? first[path] : second[path]
            return FileEdit(path, text.map { Array($0.utf8) })
        }
    }

    /// Reading folders again takes long where nothing is optimized.
    #if DEBUG
    private static let (worldCount, stepCount) = (UInt64(1), 16)
    #else
    private static let (worldCount, stepCount) = (UInt64(8), 40)
    #endif

    @Test("Edits of single files, towards another folder and back", arguments: 0..<8 as Range<UInt64>)
    func edits(_ part: UInt64) throws {
        var tally = (alike: 0, told: 0, refused: 0)
        for number in 0..<Self.worldCount {
            let seed = 770_000 + part * 8 + number
            let first = try RandomWorld(seed: seed, requestCount: 0).files
            let second = try RandomWorld(seed: seed + 5_000, requestCount: 0).files
            var random = RandomSource(seed: seed)
            var subject = try Subject(first.mapValues { Array($0.utf8) })
            for step in 0..<Self.stepCount {
                try subject.take(
                    Self.edits(of: first, towards: second, &random),
                    "seed \(seed), step \(step)"
                )
            }
            tally.alike += subject.tally.alike
            tally.told += subject.tally.told
            tally.refused += subject.tally.refused
        }
        // One world says little about how often edits are told.
        if Self.worldCount > 1 {
            #expect(tally.alike > 60, "\(tally)")
            #expect(tally.refused * 10 < tally.told, "\(tally)")
        }
    }

    // MARK: What only the whole folder can judge

    private static let home = "accounts/111122223333"
    private static let policy = Array(
        #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#.utf8
    )

    private static func resource(_ arn: String) -> [UInt8] { Array(#"{"ResourceArn":"\#(arn)"}"#.utf8) }

    private static let base: [String: [UInt8]] = [
        "\(home)/account.json": Array("{}".utf8), "\(home)/policies/read.json": policy,
        "\(home)/users/ada/user.json": Array(
            #"{"AttachedManagedPolicies":["arn:aws:iam::111122223333:policy/read"]}"#.utf8
        ),
        "\(home)/resource-policies/one.json": resource("arn:aws:s3:::one"),
        "\(home)/vpc-endpoints/vpce-1.json": Array(
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#
                .utf8
        ),
    ]

    @Test(
        "An edit that bears on more than its own thing is left to whoever reads the whole folder",
        arguments: [
            FileEdit("\(home)/resource-policies/two.json", resource("arn:aws:s3:::one")),
            FileEdit(
                "accounts/222233334444/vpc-endpoints/VPCE-1.json",
                base["\(home)/vpc-endpoints/vpce-1.json"]
            ),
            FileEdit("accounts/222233334444/users/eve/user.json", Array("{}".utf8)),
            FileEdit("\(home)/authorization-details.json", Array("{}".utf8)),
            FileEdit("\(home)/account.json", Array(#"{"Name":"x"}"#.utf8)),
            FileEdit("organization.json", Array("{}".utf8)),
            FileEdit("service-control-policies/deny.json", policy), FileEdit("elsewhere.json", policy),
            FileEdit("\(home)/users/ada/inline/own.json", Array("{".utf8)),
            FileEdit("\(home)/roles/job/role.json", Array("{}".utf8)),
        ]
    )
    func whole(_ edit: FileEdit) {
        var folder = ChangingFolder(Self.base, reader: PolicyReader())
        #expect(folder.apply([edit]) == nil)
        #expect(folder.files[edit.path] == edit.contents)
    }

    @Test("What is not changed is not told")
    func repetition() {
        var folder = ChangingFolder(Self.base, reader: PolicyReader())
        let edits = Self.base.map { FileEdit($0.key, $0.value) }
        #expect(folder.apply(edits)?.isEmpty == true)
    }

    @Test("Once faulty files are mended, single edits are told again")
    func mended() {
        var folder = ChangingFolder(Self.base, reader: PolicyReader())
        let path = "\(Self.home)/resource-policies/two.json"
        #expect(folder.apply([FileEdit(path, Self.resource("arn:aws:s3:::one"))]) == nil)
        #expect(folder.apply([FileEdit("\(Self.home)/policies/more.json", Self.policy)]) == nil)
        #expect(folder.apply([FileEdit(path, Self.resource("arn:aws:s3:::two"))])?.count == 2)
    }
}
