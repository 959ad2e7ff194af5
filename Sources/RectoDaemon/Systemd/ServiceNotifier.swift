import Foundation
import Glibc

/// Speaks systemd's notify protocol: one datagram to `$NOTIFY_SOCKET`, a path or (after `@`) an abstract name.
package struct ServiceNotifier: Sendable {
    private let socketName: String?
    /// How often systemd wants to hear `WATCHDOG=1` at the latest; `nil` when it does not.
    package let watchdogInterval: Duration?

    /// Reads what systemd put into the environment.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        socketName = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init) ?? 0
        watchdogInterval = isOurs && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Whether somebody listens.
    package var isActive: Bool { socketName != nil }

    /// Sends a message such as `READY=1\nSTATUS=…`.
    ///
    /// - Returns: Whether it was sent; a daemon that nobody listens to works all the same.
    @discardableResult
    package func send(_ message: String) -> Bool {
        guard let socketName else { return false }
        var name = Array(socketName.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        let sent = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
        return sent == bytes.count
    }
}
