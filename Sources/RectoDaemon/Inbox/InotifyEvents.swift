import CLinux
import Dispatch
import Foundation
import Glibc
import Synchronization

/// Hints from inotify: which paths of the inbox somebody touched, gathered until they are asked for.
///
/// Watches are added for the folders that a scan found; a new folder is a touched path, so it is scanned before its
/// watch can have missed anything for longer than a rescan. Lost events become a rescan.
package final class InotifyEvents: Sendable {
    private struct State {
        var folders: [Int32: String] = [:]
        var watches: [String: Int32] = [:]
        var hints = InboxHints()
    }

    private static let mask = UInt32(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR | IN_EXCL_UNLINK)

    private let descriptor: Int32
    private let state = Mutex(State())
    // nonisolated(unsafe): dispatch sources may be used from any thread; it is set once and cancelled in deinit.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    /// Starts listening.
    ///
    /// - Parameter onEvent: Called after hints were gathered; wakes whoever takes them.
    /// - Throws: `DaemonError` when the kernel has no inotify instance left.
    package init(onEvent: @escaping @Sendable () -> Void) throws {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            throw DaemonError.systemCall(operation: "start", path: "inotify", number: errno)
        }
        self.descriptor = descriptor
        unsafe source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor,
            queue: DispatchQueue(label: "inotify")
        )
        unsafe source.setEventHandler { [weak self] in
            self?.gather()
            onEvent()
        }
        unsafe source.setCancelHandler { close(descriptor) }
        unsafe source.activate()
    }

    deinit { unsafe source.cancel() }

    /// Watches exactly these folders; folders that cannot be watched are named in the result and need polling.
    package func watch(_ folders: some Sequence<String>, inbox: String) -> [String: Int32] {
        let wanted = Set(folders)
        var refused: [String: Int32] = [:]
        state.withLock { state in
            for (folder, watch) in state.watches where !wanted.contains(folder) {
                inotify_rm_watch(descriptor, watch)
                state.watches[folder] = nil
                state.folders[watch] = nil
            }
            for folder in wanted {
                // Adding again is how a folder that was replaced by another of the same name gets its watch.
                let path = folder.isEmpty ? inbox : inbox.appendingComponent(folder)
                let watch = unsafe inotify_add_watch(descriptor, path, Self.mask)
                if watch < 0 {
                    if errno != ENOENT { refused[folder] = errno }
                } else {
                    if let old = state.watches[folder], old != watch {
                        inotify_rm_watch(descriptor, old)
                        state.folders[old] = nil
                    }
                    state.watches[folder] = watch
                    state.folders[watch] = folder
                }
            }
        }
        return refused
    }

    /// Hands over what was gathered.
    package func takeHints() -> InboxHints {
        state.withLock { state in
            defer { state.hints = InboxHints() }
            return state.hints
        }
    }

    /// Takes raw events as the kernel writes them: watch, mask, cookie, length, name.
    package func note(watch: Int32, mask: UInt32, name: String) {
        state.withLock { state in
            if mask & UInt32(IN_Q_OVERFLOW) != 0 { state.hints.rescan = true }
            if mask & UInt32(IN_IGNORED) != 0 {
                if let folder = state.folders.removeValue(forKey: watch), state.watches[folder] == watch {
                    state.watches[folder] = nil
                }
                return
            }
            guard let folder = state.folders[watch], !name.isEmpty else { return }
            // A folder's own files may be older than its watch: look at everything below.
            if mask & UInt32(IN_ISDIR) != 0 { state.hints.rescan = true }
            state.hints.touched.insert(folder.isEmpty ? name : folder.appendingComponent(name))
        }
    }

    private func gather() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            var offset = 0
            while offset + 16 <= count {
                let length = Int(number(buffer, offset + 12))
                let end = min(offset + 16 + length, count)
                let name = String(decoding: buffer[(offset + 16)..<end].prefix { $0 != 0 }, as: UTF8.self)
                note(watch: Int32(bitPattern: number(buffer, offset)), mask: number(buffer, offset + 4), name: name)
                offset = end
            }
        }
    }

    private func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<4 {
            #if _endian(little)
            value |= UInt32(bytes[offset + index]) << UInt32(8 * index)
            #else
            value |= UInt32(bytes[offset + index]) << UInt32(24 - 8 * index)
            #endif
        }
        return value
    }
}
