import Foundation

/// How much memory this process may still take.
package enum AvailableMemory {
    /// A limit for this task and what it calls; nil where there is none.
    @TaskLocal package static var limit: Int?

    /// What the kernel calls available, or what the service's own limit or the task's leaves, whichever is least.
    static var bytes: Int {
        min(machineBytes ?? .max, groupBytes ?? .max, limit ?? .max)
    }

    private static var machineBytes: Int? {
        text("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// The limit of the control group, as systemd's MemoryMax sets it, less what is in use and cannot be dropped.
    private static var groupBytes: Int? {
        guard let line = text("/proc/self/cgroup")?.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
        else { return nil }
        let folder = "/sys/fs/cgroup" + line.dropFirst(3)
        func number(_ name: String) -> Int? {
            text("\(folder)/\(name)").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        guard let limit = number("memory.max"), let used = number("memory.current") else { return nil }
        let files =
            text("\(folder)/memory.stat")?.split(separator: "\n").first { $0.hasPrefix("file ") }?
            .split(separator: " ").last.flatMap { Int($0) } ?? 0
        return max(limit - used + files, 0)
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
