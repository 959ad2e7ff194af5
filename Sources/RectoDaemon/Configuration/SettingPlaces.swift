/// Where in `recto.yaml` a setting was said, for mistakes that only show when the settings are put to use.
///
/// Two configurations that say the same are equal wherever they say it.
public struct SettingPlaces: Sendable, Hashable {
    /// The file that was read; `nil` when there was none.
    package var file: String?
    private var marks: [String: Mark] = [:]

    private struct Mark: Sendable {
        var line: Int
        var column: Int
    }

    /// Creates the places of settings that no file said.
    public init() {}

    package init(file: String) { self.file = file }

    /// Notes where the value of a setting stands.
    mutating func note(_ key: String, line: Int, column: Int) { marks[key] = Mark(line: line, column: column) }

    /// A mistake in the value of a setting.
    func mistake(_ key: String, _ problem: String) -> DaemonError {
        let mark = marks[key] ?? Mark(line: 0, column: 0)
        return .configuration(
            file: file ?? "the default settings",
            line: mark.line,
            column: mark.column,
            problem: problem
        )
    }

    /// Always true: the place of a setting is no part of what it says.
    ///
    /// - Parameters:
    ///   - left: Some places.
    ///   - right: Other places.
    /// - Returns: `true`.
    public static func == (left: SettingPlaces, right: SettingPlaces) -> Bool { true }

    /// Adds nothing, as all places are equal.
    ///
    /// - Parameter hasher: Takes what tells values apart.
    public func hash(into hasher: inout Hasher) {}
}
