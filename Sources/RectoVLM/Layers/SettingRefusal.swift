/// A setting that cannot be honoured, before it is known which file it stands in.
enum SettingRefusal: Error, Sendable, Hashable {
    /// Recto does not do it.
    case unsupported(String)
    /// It makes no network.
    case malformed(String)

    /// Names the file.
    ///
    /// - Parameter path: The file.
    /// - Returns: The error.
    func error(path: String) -> VLMError {
        switch self {
        case .unsupported(let setting): .unsupportedSetting(path: path, setting: setting)
        case .malformed(let problem): .malformedConfiguration(path: path, problem: problem)
        }
    }
}
