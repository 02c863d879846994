/// The C face of the engine; `portcullis.h` says what each function does.
public enum ABIVersion {
    /// Changes with what breaks callers.
    public static let major = 1
}
