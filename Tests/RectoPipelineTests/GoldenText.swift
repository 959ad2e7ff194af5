import Foundation
import Testing

/// Texts that are compared with a file under `Golden/`.
///
/// `RECTO_RECORD_GOLDEN=1` writes the file and fails the test, so that a recording never passes unnoticed.
enum GoldenText {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    private static var isRecording: Bool { ProcessInfo.processInfo.environment["RECTO_RECORD_GOLDEN"] == "1" }

    /// Compares a text with its file.
    static func expect(_ text: String, equals name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = folder.appending(path: name)
        if isRecording {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            Issue.record("\(name) was recorded; look at the difference", sourceLocation: sourceLocation)
            return
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        #expect(text == golden, "record again with RECTO_RECORD_GOLDEN=1", sourceLocation: sourceLocation)
    }
}
