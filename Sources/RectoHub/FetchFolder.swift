import Foundation
import SystemPackage

/// The folder that a model is fetched into: a hidden one beside its place until it is whole.
struct FetchFolder {
    private let destination: URL
    private let partial: URL
    private let lock: FolderLock

    /// Opens what an earlier fetch left, or an empty folder.
    ///
    /// - Parameter destination: The place of the whole model.
    /// - Throws: `HubError` when something is there, somebody else fetches, or the disk cannot be written.
    init(for destination: URL) throws(HubError) {
        self.destination = destination
        let name = destination.lastPathComponent
        partial = destination.deletingLastPathComponent().appending(
            path: ".\(name).fetch",
            directoryHint: .isDirectory
        )
        if (try? FileManager.default.attributesOfItem(atPath: destination.path)) != nil {
            throw .exists(path: destination.path)
        }
        do {
            try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
        } catch {
            throw .notWritable(path: partial.path, reason: error.localizedDescription)
        }
        lock = try FolderLock(partial)
    }

    /// Whether a file is there whole.
    func has(_ file: HubFile) throws -> Bool {
        let url = partial.appending(path: file.path)
        guard let digest = file.digest, Self.size(of: url) == file.size else { return false }
        return try digest.computed(of: url, size: file.size) == digest.hexadecimal
    }

    /// Where a file is collected; its name tells of which content it is a part.
    func partialFile(of file: HubFile, commit: String) -> URL {
        let content = (file.digest?.hexadecimal ?? commit).prefix(16)
        return partial.appending(path: "\(file.path).\(content).part")
    }

    /// Takes a file that has come, when it is what it must be.
    func accept(_ part: PartialFile, as file: HubFile, digest: HubDigest) throws {
        let found = try digest.computed(of: part.url, size: file.size)
        guard found == digest.hexadecimal else {
            try? FileManager.default.removeItem(at: part.url)
            throw HubError.checksum(file: file.path, expected: digest.hexadecimal, found: found)
        }
        let place = partial.appending(path: file.path)
        try writing(place) {
            try? FileManager.default.removeItem(at: place)
            try FileManager.default.moveItem(at: part.url, to: place)
        }
    }

    /// Refuses what would not fit onto the disk beside what is there already.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - commit: Their commit.
    ///   - spare: Bytes that are to be left.
    /// - Throws: `HubError.noSpace`.
    func checkSpace(for files: [HubFile], commit: String, spare: Int) throws(HubError) {
        var needed = spare
        for file in files {
            let places = [partial.appending(path: file.path), partialFile(of: file, commit: commit)]
            let there = places.reduce(0) { $0 + (Self.size(of: $1) ?? 0) }
            let (sum, overflow) = needed.addingReportingOverflow(max(file.size - there, 0))
            needed = overflow ? .max : sum
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: partial.path)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue, free < needed else { return }
        throw .noSpace(path: partial.path, neededBytes: needed, freeBytes: free)
    }

    /// The shards that an index names, in order.
    func shards(in index: HubFile) throws -> [String] {
        struct Index: Decodable {
            let weightMap: [String: String]

            enum CodingKeys: String, CodingKey {
                case weightMap = "weight_map"
            }
        }
        let data = try Data(contentsOf: partial.appending(path: index.path))
        guard let map = try? JSONDecoder().decode(Index.self, from: data).weightMap, !map.isEmpty else {
            throw HubError.malformedAnswer(index.path, problem: "it has no weight_map")
        }
        let names = Set(map.values).sorted()
        if let name = names.first(where: { $0.contains("/") || !$0.hasSuffix(".safetensors") || $0.hasPrefix(".") }) {
            throw HubError.unsafePath(name)
        }
        return names
    }

    /// Puts the whole model into its place.
    func finish(with files: [HubFile]) throws(HubError) {
        let wanted = Set(files.map(\.path))
        let parent = destination.deletingLastPathComponent()
        try writing(destination) {
            let found = try FileManager.default.contentsOfDirectory(atPath: partial.path)
            // Of fetches of other commits.
            for name in found where !wanted.contains(name) {
                try FileManager.default.removeItem(at: partial.appending(path: name))
            }
            try FolderLock.synchronize(partial)
            try FileManager.default.moveItem(at: partial, to: destination)
            try FolderLock.synchronize(parent)
        }
    }

    private static func size(of url: URL) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        return (attributes?[.size] as? NSNumber)?.intValue
    }

    private func writing(_ place: URL, _ work: () throws -> Void) throws(HubError) {
        do {
            try work()
        } catch {
            throw .notWritable(path: place.path, reason: error.localizedDescription)
        }
    }
}

/// Keeps others from fetching into the same folder; the lock goes with the process, however it ends.
final class FolderLock: Sendable {
    private let descriptor: FileDescriptor

    init(_ folder: URL) throws(HubError) {
        do {
            descriptor = try FileDescriptor.open(FilePath(folder.path), .readOnly, options: [.closeOnExec, .directory])
        } catch {
            throw .notWritable(path: folder.path, reason: error.localizedDescription)
        }
        if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            try? descriptor.close()
            throw .busy(path: folder.path)
        }
    }

    deinit { try? descriptor.close() }

    /// Has the disk take what a folder lists.
    static func synchronize(_ folder: URL) throws {
        let descriptor = try FileDescriptor.open(FilePath(folder.path), .readOnly, options: [.closeOnExec, .directory])
        defer { try? descriptor.close() }
        if fsync(descriptor.rawValue) != 0 { throw Errno(rawValue: errno) }
    }
}
