import Foundation
import RectoPages
import RectoVLM

/// One folder of `Golden/models`: a checkpoint, what was asked, and what transformers computed.
struct GoldenModel {
    private struct Facts: Decodable {
        let prompt: String
        let images: [[Int]]
        let split: Bool
    }

    static let goldenFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    static let folder = goldenFolder.appending(path: "models")

    let folder: URL
    private let facts: Facts
    private let tensors: GoldenTensors

    init(_ name: String, in parent: URL = GoldenModel.folder) throws {
        folder = parent.appending(path: name)
        facts = try JSONDecoder().decode(Facts.self, from: Data(contentsOf: folder.appending(path: "golden.json")))
        tensors = try GoldenTensors(folder.appending(path: "golden.safetensors"))
    }

    func has(_ tensor: String) -> Bool { tensors.has(tensor) }

    func count(of group: String) -> Int { tensors.count(of: group) }

    func floats(_ tensor: String) -> [Float] { tensors.floats(tensor) }

    func integers(_ tensor: String) -> [Int] { tensors.integers(tensor) }

    /// What was asked, with the images drawn anew.
    func request() throws -> GenerationRequest {
        let images = facts.images.map { Self.synthetic(height: $0[0], width: $0[1], seed: $0[2]) }
        var parts: [GenerationRequest.Part] = []
        for (index, text) in facts.prompt.components(separatedBy: "<image>").enumerated() {
            if !text.isEmpty { parts.append(.text(text)) }
            if index < images.count { parts.append(.image(images[index])) }
        }
        var request = GenerationRequest(parts: parts)
        request.template = .raw
        request.splitsImages = facts.split
        return request
    }

    /// The synthetic image of the model notes: integer arithmetic only.
    static func synthetic(height: Int, width: Int, seed: Int) -> PixelImage {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(height * width * 3)
        for y in 0..<height {
            for x in 0..<width {
                pixels.append(UInt8((7 * x + 13 * y + 31 * seed + x * y / 97) % 256))
                pixels.append(UInt8((x * x / 211 + 5 * y + seed) % 256))
                pixels.append((x / 9 + y / 23 + seed) % 3 == 0 ? 15 : 240)
            }
        }
        return PixelImage(width: width, height: height, pixels: pixels)
    }
}
