import Portcullis

/// What stands behind a reader's handle.
struct ReaderState: ~Copyable {
    var reader: AuthorizationReader
    let engine: EngineState
}
