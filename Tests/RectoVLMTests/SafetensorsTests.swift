import Foundation
import RectoTestSupport
import RectoVLM
import Testing

/// The safetensors reader: what it accepts, and that every kind of damage is named with file and tensor.
struct SafetensorsTests {
    private func file(header: String, data: Int, length: UInt64? = nil) throws -> (TemporaryFolder, URL) {
        let folder = try TemporaryFolder()
        let stated = length ?? UInt64(header.utf8.count)
        let prefix = (0..<8).map { UInt8(truncatingIfNeeded: stated >> (8 * UInt64($0))) }
        let bytes = prefix + Array(header.utf8) + [UInt8](repeating: 0x3F, count: data)
        return (folder, try folder.write(bytes, as: "model.safetensors"))
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let what: String
        let header: String
        var data = 16
        var length: UInt64?
        var tensor: String?

        var testDescription: String { what }
    }

    private static func tensor(_ name: String, _ shape: String, _ offsets: String, type: String = "F32") -> String {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    static let damages: [Damage] = [
        .init(what: "header longer than the file", header: "{}", length: 1 << 20),
        .init(what: "header length beyond any integer", header: "{}", length: .max),
        .init(what: "header length that is negative when signed", header: "{}", length: 1 << 63),
        .init(what: "header cut off", header: "{\"a\":", data: 0),
        .init(what: "header not an object", header: "[1]", data: 0),
        .init(what: "bytes that no tensor owns", header: "{}", data: 4),
        .init(what: "hole", header: "{\(tensor("a", "[2]", "[0,8]")),\(tensor("b", "[1]", "[12,16]"))}", tensor: "b"),
        .init(what: "hole at the front", header: "{\(tensor("a", "[3]", "[4,16]"))}", tensor: "a"),
        .init(
            what: "overlap",
            header: "{\(tensor("a", "[3]", "[0,12]")),\(tensor("b", "[2]", "[8,16]"))}",
            tensor: "b"
        ),
        .init(
            what: "same bytes twice",
            header: "{\(tensor("a", "[4]", "[0,16]")),\(tensor("b", "[4]", "[0,16]"))}",
            tensor: "b"
        ),
        .init(what: "behind the end", header: "{\(tensor("a", "[5]", "[0,20]"))}", tensor: "a"),
        .init(what: "file longer than its tensors", header: "{\(tensor("a", "[3]", "[0,12]"))}"),
        .init(what: "fewer bytes than the shape", header: "{\(tensor("a", "[2,4]", "[0,16]"))}", tensor: "a"),
        .init(what: "more bytes than the shape", header: "{\(tensor("a", "[2]", "[0,16]"))}", tensor: "a"),
        .init(what: "backward offsets", header: "{\(tensor("a", "[4]", "[16,0]"))}", tensor: "a"),
        .init(what: "one offset", header: "{\(tensor("a", "[4]", "[16]"))}", tensor: "a"),
        .init(what: "negative offset", header: "{\(tensor("a", "[4]", "[-16,0]"))}", tensor: "a"),
        .init(what: "negative dimension", header: "{\(tensor("a", "[-4]", "[0,16]"))}", tensor: "a"),
        .init(what: "fractional dimension", header: "{\(tensor("a", "[4.5]", "[0,16]"))}", tensor: "a"),
        .init(
            what: "shape beyond memory",
            header: "{\(tensor("a", "[4294967296,4294967296]", "[0,16]"))}",
            tensor: "a"
        ),
        .init(what: "offset beyond any integer", header: "{\(tensor("a", "[4]", "[0,1e300]"))}", tensor: "a"),
        .init(
            what: "unknown type with a shape beyond its bytes",
            header: "{\(tensor("a", "[1048576,1048576]", "[0,16]", type: "X9"))}",
            tensor: "a"
        ),
        .init(what: "no dtype", header: "{\"a\":{\"shape\":[4],\"data_offsets\":[0,16]}}", tensor: "a"),
        .init(what: "no shape", header: "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,16]}}", tensor: "a"),
        .init(what: "entry not an object", header: "{\"a\":3}", data: 0, tensor: "a"),
        .init(
            what: "name twice",
            header: "{\(tensor("a", "[2]", "[0,8]")),\(tensor("a", "[2]", "[8,16]"))}",
            tensor: "a"
        ),
        .init(
            what: "field twice",
            header: "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
            tensor: "a"
        ),
    ]

    @Test(arguments: damages)
    func damageIsNamedWithFileAndTensor(_ damage: Damage) throws {
        let (folder, url) = try file(header: damage.header, data: damage.data, length: damage.length)
        defer { withExtendedLifetime(folder) {} }
        #expect { try SafetensorsFile(url) } throws: { error in
            guard case .malformedSafetensors(let path, let tensor, let problem)? = error as? VLMError else {
                return false
            }
            return path == url.path(percentEncoded: false) && tensor == damage.tensor && !problem.isEmpty
        }
    }

    @Test(arguments: 0..<8)
    func aFileWithoutRoomForALengthIsDamaged(_ size: Int) throws {
        let folder = try TemporaryFolder()
        let url = try folder.write([UInt8](repeating: 0, count: size), as: "short.safetensors")
        #expect(throws: VLMError.self) { try SafetensorsFile(url) }
    }

    @Test func everyTruncationOfAGoodFileIsDamage() throws {
        let folder = try TemporaryFolder()
        let good = SafetensorsWriter.data(of: [
            .init(name: "a", shape: [2], floats: [1, 2]), .init(name: "b", shape: [1], integers: [3]),
        ])
        for size in 0..<good.count {
            let url = try folder.write([UInt8](good.prefix(size)), as: "cut.safetensors")
            #expect(throws: VLMError.self, "cut to \(size) bytes") { try SafetensorsFile(url) }
        }
        let whole = try SafetensorsFile(folder.write([UInt8](good), as: "whole.safetensors"))
        #expect(whole.entries.keys.sorted() == ["a", "b"])
    }

    @Test func metadataEmptyTensorsScalarsAndPaddingAreFine() throws {
        let header =
            "{\"__metadata__\":{\"format\":\"pt\"},\(Self.tensor("empty", "[0,7]", "[4,4]")),"
            + "\(Self.tensor("scalar", "[]", "[0,4]")),\(Self.tensor("odd", "[3]", "[4,16]", type: "X9"))}   "
        let (folder, url) = try file(header: header, data: 16)
        defer { withExtendedLifetime(folder) {} }
        let entries = try SafetensorsFile(url).entries
        #expect(entries.keys.sorted() == ["empty", "odd", "scalar"])
        #expect(entries["empty"]?.shape == [0, 7])
        #expect(entries["scalar"]?.bytes.count == 4)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try TemporaryFolder()
        let floats: [Float] = [0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude, -3e38]
        let name = "name with \"quotes\" and ü"
        _ = try folder.write(
            [UInt8](SafetensorsWriter.data(of: [.init(name: name, shape: [2, 3], floats: floats)])),
            as: "model.safetensors"
        )
        let store = try WeightStore(folder: folder.url, aliases: .none)
        let tensor = try store.tensor(name, shape: [2, 3])
        #expect(tensor.elements.map(\.bitPattern) == floats.map(\.bitPattern))
    }
}
