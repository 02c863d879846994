import Glibc

/// The command line; everything it does is in ``CommandLineTool``.
@main
struct Main {
    static func main() {
        let status = CommandLineTool(console: .standard).run(Array(CommandLine.arguments.dropFirst()))
        fflush(nil)
        exit(status.rawValue)
    }
}
