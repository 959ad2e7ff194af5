import Foundation

/// The tensors of a golden file, read without the code that is tested.
struct GoldenTensors {
    private struct Entry: Decodable {
        /// Nil for the file's metadata.
        let offsets: [Int]?

        enum CodingKeys: String, CodingKey {
            case offsets = "data_offsets"
        }
    }

    private let entries: [String: Entry]
    private let contents: Data

    init(_ url: URL) throws {
        let file = try Data(contentsOf: url)
        let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        entries = try JSONDecoder().decode([String: Entry].self, from: file[8..<8 + length])
        contents = file[(8 + length)...]
    }

    func has(_ tensor: String) -> Bool { entries[tensor] != nil }

    func count(of group: String) -> Int { entries.keys.count { $0.hasPrefix(group + ".") } }

    func bytes(_ tensor: String) -> [UInt8] {
        guard let offsets = entries[tensor]?.offsets, offsets.count == 2 else { return [] }
        let start = contents.startIndex
        return [UInt8](contents[start + offsets[0]..<start + offsets[1]])
    }

    func floats(_ tensor: String) -> [Float] {
        words(tensor, size: 4).map { Float(bitPattern: UInt32($0)) }
    }

    func integers(_ tensor: String) -> [Int] {
        words(tensor, size: 8).map { Int(bitPattern: UInt($0)) }
    }

    private func words(_ tensor: String, size: Int) -> [UInt64] {
        let data = bytes(tensor)
        return stride(from: 0, to: data.count, by: size).map { offset in
            (0..<size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(data[offset + $1]) }
        }
    }
}
