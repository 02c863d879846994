internal import Portcullis
internal import RequestMapping
internal import Synchronization

/// What a route, virtual host or route configuration says about the filter.
final class RouteSettings: Sendable {
    /// The filter that is meant.
    let filterName: String
    /// Whether requests pass without being decided.
    let isDisabled: Bool
    /// Whether this route only reports what it would refuse; nil where the filter decides that.
    let isDryRun: Bool?
    /// Another mapping than the filter's.
    let mapping: RouteMapping?

    /// Reads the text of `filter_config` of a route.
    init(_ text: String, name: String) throws(ConfigurationFault) {
        filterName = name
        let members = try Members(text, names: ["disabled", "dryRun", "mapping"])
        isDisabled = try members.bool("disabled") ?? false
        isDryRun = try members.bool("dryRun")
        mapping = try members.text("mapping").map { (path) throws(ConfigurationFault) in
            try RouteMapping(path)
        }
    }
}

/// A mapping that routes name, with a number by which threads find their workers for it.
struct RouteMapping: Sendable {
    let path: String
    /// Counted from 0, the same for the same path.
    let number: Int

    private static let numbers = Mutex<[String: Int]>([:])

    /// Reads the mapping once, so that a fault refuses the route.
    init(_ path: String) throws(ConfigurationFault) {
        do throws(InvalidDocument) {
            _ = try RequestMapping(contentsOf: path)
        } catch {
            throw ConfigurationFault(error.description)
        }
        self.path = path
        number = Self.numbers.withLock { numbers in
            if let number = numbers[path] { return number }
            numbers[path] = numbers.count
            return numbers.count - 1
        }
    }
}
