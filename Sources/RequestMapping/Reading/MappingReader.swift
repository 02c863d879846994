import Portcullis

/// Reads a mapping: every fault of it and of the files that it names.
struct MappingReader {
    /// More routes than a mapping has: each is compared with each.
    static let routeCountMax = 4_096

    var faults = MappingFaults()
    var watched = WatchedHeaders()
    var methods: [UTF8Text] = []
    var callers: [CallerRule] = []
    /// Files that were read, by the names that the mapping gives them.
    var fileNames: [UTF8Text] = []
    let readFile: (UTF8Text) throws(InvalidDocument) -> SourceText

    init(_ readFile: @escaping (UTF8Text) throws(InvalidDocument) -> SourceText) { self.readFile = readFile }

    mutating func read(_ source: SourceText) throws(InvalidDocument) -> MappingContents {
        let root = try JSONDocument(reading: source).root
        let contents = contents(root)
        guard let contents, faults.diagnostics.isEmpty else { throw InvalidDocument(faults.sorted()) }
        return contents
    }

    private mutating func contents(_ root: JSONValue) -> MappingContents? {
        let members: [UTF8Text] = [
            "version", "dryRun", "trustedProxies", "allowedHeaders", "callers", "routes",
        ]
        for text in root.stringsWithNUL { faults.report(.jsonSyntax, "a text holds U+0000", at: text) }
        guard let record = MappingRecord(root, members: members, &faults) else { return nil }
        if let version = record.required("version", &faults), version.kind != .number || version.text != "1" {
            faults.report(.schemaVersion, "`version` must be 1", at: version)
        }
        let isDryRun = record.bool("dryRun", &faults)
        let proxies = record.addresses("trustedProxies", &faults)
        let allowed = allowedHeaders(record)
        watched = WatchedHeaders(allowed: allowed)
        if let list = record["callers"] { readCallers(list) }
        var routes: [Route] = []
        if let list = record.required("routes", &faults) { routes = readRoutes(list) }
        guard faults.diagnostics.isEmpty else { return nil }
        guard let trie = try? RouteTrie(routes.map(\.path)) else {
            faults.report(.mappingRoute, "too many captures stand where other routes have text", at: root)
            return nil
        }
        return MappingContents(
            isDryRun: isDryRun,
            proxies: proxies,
            allowsMethodParameter: allowed.contains("_method"),
            watched: watched,
            callers: callers,
            methods: methods.map { Array($0.bytes) },
            routes: routes,
            trie: trie
        )
    }

    private mutating func allowedHeaders(_ record: MappingRecord) -> Set<UTF8Text> {
        var allowed: Set<UTF8Text> = []
        for (text, place) in record.texts("allowedHeaders", &faults) {
            let name = text.asciiLowercased
            if WatchedHeaders.misleading.contains(name) || name == "_method" {
                allowed.insert(name)
            } else {
                faults.report(.schemaUnknown, "`\(text)` is let through anyway", at: place)
            }
        }
        return allowed
    }

    // MARK: Routes

    private mutating func readRoutes(_ list: JSONValue) -> [Route] {
        guard list.kind == .array else {
            faults.report(.schemaType, "`routes` must be an array", at: list)
            return []
        }
        var routes: [(route: Route, place: JSONValue)] = []
        for element in list.elements {
            guard routes.count < Self.routeCountMax else {
                faults.report(.sizeLimit, "there are more than \(Self.routeCountMax) routes", at: element)
                break
            }
            guard let route = route(element) else { continue }
            if routes.contains(where: { $0.route.name == route.name }) {
                faults.report(.directoryDuplicate, "there are two routes `\(route.name)`", at: element)
            }
            routes.append((route, element))
        }
        for (index, (route, place)) in routes.enumerated() {
            for (other, _) in routes[..<index] { check(route, beside: other, at: place) }
        }
        return routes.map(\.route)
    }

    /// Two routes that share requests must stand to each other as a rule and its exception.
    private mutating func check(_ route: Route, beside other: Route, at place: JSONValue) {
        guard route.methods.overlaps(other.methods) else { return }
        switch route.path.relation(to: other.path) {
        case .disjoint, .moreSpecific, .lessSpecific: break
        case .equal:
            guard route.methods.collides(other.methods) else { return }
            let message = "route `\(route.name)` answers what `\(other.name)` answers"
            faults.report(.mappingRoute, message, at: place)
        case .overlapping:
            let message =
                "some paths are those of `\(route.name)` and of `\(other.name)`, and neither is the more specific"
            faults.report(.mappingRoute, message, at: place)
        }
    }
}

/// What a mapping holds once it is read.
struct MappingContents: Sendable {
    let isDryRun: Bool
    let proxies: AddressList
    let allowsMethodParameter: Bool
    let watched: WatchedHeaders
    let callers: [CallerRule]
    let methods: [[UInt8]]
    let routes: [Route]
    let trie: RouteTrie
}
