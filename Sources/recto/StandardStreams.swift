import Foundation
import RectoPages

/// stdout carries results and nothing else; everything for people goes to stderr.
enum StandardStreams {
    /// Writes one result.
    static func result(_ text: String) {
        piece(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// Writes a piece of a result as it comes, without a line break.
    static func piece(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            // Results that nobody gets are no results: a full disk, a closed pipe.
            self.error("recto: standard output cannot be written: \(error.localizedDescription) [usage.not-writable]")
            exit(ExitStatus.incomplete.rawValue)
        }
    }

    /// Writes a message for people.
    static func error(_ text: String) {
        // Who cannot hear an error cannot be told that either.
        try? FileHandle.standardError.write(contentsOf: Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
    }

    /// Writes an error with its code.
    static func report(_ error: any Error) {
        switch error {
        case is CancellationError: self.error("recto: interrupted")
        case let error as any RectoError: self.error("recto: \(error.description) [\(error.code)]")
        default: self.error("recto: \(error)")
        }
    }

    /// Whether stderr is a terminal that can redraw a line.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
