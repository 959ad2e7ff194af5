import Foundation
import Glibc

/// The right to work on a state folder; the kernel gives it back when the process ends, however it ends.
package final class StateLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock and writes this process's id into it.
    ///
    /// - Throws: `DaemonError.alreadyRunning` when another process holds it.
    package init(folders: Folders, files: PosixFiles = PosixFiles()) throws {
        guard let descriptor = try files.lock(folders.lock) else {
            let owner = try String(decoding: files.read(folders.lock), as: UTF8.self)
            throw DaemonError.alreadyRunning(
                state: folders.state,
                owner: "process " + owner.trimmingCharacters(in: .whitespacesAndNewlines)
            )
        }
        self.descriptor = descriptor
        try files.write(Data("\(getpid())\n".utf8), to: folders.lock)
    }

    deinit { close(descriptor) }
}
