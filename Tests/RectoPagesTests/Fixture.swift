import Foundation

/// The files beside these tests.
enum Fixture {
    /// Names a file of the folder `Fixtures`.
    ///
    /// - Parameter name: The file's name.
    /// - Returns: Where it lies.
    static func url(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
    }
}
