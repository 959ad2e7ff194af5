import CRectoKernels
import Foundation
import RectoPages

/// What an engine and its machine can do, measured; the numbers of `recto bench`.
public struct EngineBenchmark: Sendable {
    /// The machine's own limits.
    public struct Ceilings: Sendable {
        /// 10⁹ operations a second of large matrix products, by the type that weights are kept in.
        public var gigaoperations: [WeightType: Double]
        /// 10⁹ bytes a second that are read from memory.
        public var readGigabytes: Double
    }

    /// How fast something was.
    public struct Measurement: Sendable {
        /// Patches or tokens.
        public var count: Int
        /// The shortest time that one pass took.
        public var seconds: Double
        /// Share of what the machine could have done in this time: operations, or bytes read.
        public var shareOfCeiling: Double

        /// Patches or tokens a second.
        public var perSecond: Double { Double(count) / seconds }
    }

    /// The machine's limits.
    public var ceilings: Ceilings
    /// Bytes of the weights that computing reads.
    public var weightBytes: Int
    /// One view through the vision tower alone; nil for text-only checkpoints.
    public var vision: Measurement?
    /// A prompt of text through the decoder.
    public var prefill: Measurement
    /// Tokens of several sequences at a time, by their number.
    public var decode: [(batch: Int, measurement: Measurement)]
    /// From an A4 page at 150 dpi, split if its family splits images, to its first token; nil for text-only checkpoints.
    public var firstToken: (seconds: Double, views: Int)?
}

extension EngineBenchmark.Ceilings {
    /// Patches, input and output features of the product that stands for large ones.
    private static let shape = (rows: 1024, inputs: 768, outputs: 3072)
    private static let readBytes = 256 << 20

    /// Measures with all threads of the engine.
    ///
    /// - Parameter rounds: The best of so many counts.
    init(rounds: Int) {
        let shape = Self.shape
        let x = Tensor(rows: shape.rows, columns: shape.inputs, elements: Self.numbers(shape.rows * shape.inputs))
        let dense = WeightMatrix(
            Tensor(rows: shape.outputs, columns: shape.inputs, elements: Self.numbers(shape.outputs * shape.inputs))
        )
        let operations = 2 * Double(shape.rows * shape.inputs * shape.outputs)
        gigaoperations = [:]
        for type in WeightType.allCases {
            let weight = type == .float32 ? dense : dense.packed(as: type)
            let layer = Linear(weight: weight)
            // One byte a number, the most that integers can do; the engine gives them two.
            let input = LinearInput(x, for: type)
            let seconds = Stopwatch.best(of: rounds) { _ = layer(input) }
            gigaoperations[type] = operations / seconds / 1e9
        }
        readGigabytes = Self.readBandwidth(rounds: rounds)
    }

    private static func readBandwidth(rounds: Int) -> Double {
        let memory = Tensor(rows: 1, columns: readBytes / 4)
        let parts = MatrixMultiply.threadCount * 4
        let seconds = Stopwatch.best(of: rounds) {
            Parallel.forEach(parts) { part in
                let (start, end) = (readBytes / 64 * part / parts, readBytes / 64 * (part + 1) / parts)
                unsafe recto_read_lines(UnsafeRawPointer(memory.storage.pointer) + start * 64, end - start)
            }
        }
        return Double(readBytes) / seconds / 1e9
    }

    private static func numbers(_ count: Int) -> [Float] {
        (0..<count).map { Float(($0 * 7919 + 13) % 1000) / 500 - 1 }
    }
}

/// Times work by the monotonic clock.
enum Stopwatch {
    /// The shortest of several times.
    ///
    /// - Parameters:
    ///   - rounds: How often to work; a first time, for caches and pages, does not count.
    ///   - work: The work.
    /// - Returns: Seconds.
    /// - Throws: What the work throws.
    static func best(of rounds: Int, _ work: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        var shortest = Double.infinity
        for round in 0...rounds {
            let seconds = try clock.measure(work) / .seconds(1)
            if round > 0 || rounds == 0 { shortest = min(shortest, seconds) }
        }
        return shortest
    }
}

extension InferenceEngine {
    /// Measures the machine and this engine in one go.
    ///
    /// - Parameters:
    ///   - rounds: The best of so many counts.
    ///   - viewSize: Side of the square view in pixels; nil takes what the tower was made for, of towers that read several
    ///     sizes at most 512.
    ///   - batches: Numbers of sequences that are continued together.
    /// - Returns: The numbers.
    /// - Throws: `VLMError` when the checkpoint is too small for the work.
    public func benchmark(rounds: Int, viewSize: Int?, batches: [Int]) throws -> EngineBenchmark {
        let ceilings = EngineBenchmark.Ceilings(rounds: rounds * 3)
        return EngineBenchmark(
            ceilings: ceilings,
            weightBytes: generator.network.decoder.weightBytes + (generator.network.vision?.weightBytes ?? 0),
            vision: try measureVision(ceilings, rounds, viewSize),
            prefill: try measurePrefill(ceilings, rounds),
            decode: try batches.map { ($0, try measureDecode(ceilings, batch: $0)) },
            firstToken: try measureFirstToken()
        )
    }

    private func measureVision(
        _ ceilings: EngineBenchmark.Ceilings,
        _ rounds: Int,
        _ viewSize: Int?
    ) throws -> EngineBenchmark.Measurement? {
        guard let vision = generator.network.vision else { return nil }
        let side = viewSize ?? (vision.hasOneSize ? vision.nativeSide : min(vision.nativeSide, 512))
        let view = PixelValues(
            height: side,
            width: side,
            values: (0..<3 * side * side).map { Float(($0 * 31 + 7) % 255) / 127.5 - 1 }
        )
        let patches = try vision.grid(of: view).count
        let seconds = try Stopwatch.best(of: rounds) { _ = try vision([view]) }
        let limit = (ceilings.gigaoperations[vision.weightType] ?? 0) * 1e9
        let share = vision.operations(patchCount: patches) / seconds / limit
        return .init(count: patches, seconds: seconds, shareOfCeiling: share)
    }

    private func tokens(_ count: Int) -> [Int] {
        // Never an image token, which stands at the end of the vocabulary.
        (0..<count).map { 3 + $0 * 7 % min(generator.network.decoder.configuration.vocabularySize - 3, 400) }
    }

    /// An image of no content, where the decoder looks at images from outside the text.
    private func measuredImage() throws -> ImageMemory? {
        guard let attention = generator.network.decoder.crossAttention else { return nil }
        let states = Tensor(rows: attention.images.count, columns: attention.images.width)
        return try attention.memories(of: [states]).first
    }

    private func makeCache(capacity: Int, lookingAt image: ImageMemory?) -> KVCache {
        let cache = generator.network.decoder.makeCache(capacity: capacity)
        if let image { cache.images.look(at: image) }
        return cache
    }

    private func measurePrefill(
        _ ceilings: EngineBenchmark.Ceilings,
        _ rounds: Int
    ) throws -> EngineBenchmark.Measurement {
        let decoder = generator.network.decoder
        let count = min(900, decoder.configuration.maximumPositions)
        let ids = tokens(count)
        let image = try measuredImage()
        let seconds = try Stopwatch.best(of: rounds) {
            let cache = makeCache(capacity: count, lookingAt: image)
            let hidden = try decoder(
                decoder.embed(ids),
                spans: [decoder.span(ids, promptCount: 0, at: 0, cache: cache)]
            )
            _ = decoder.logits(hidden.rows(count - 1..<count))
        }
        let limit = (ceilings.gigaoperations[decoder.weightType] ?? 0) * 1e9
        let share = decoder.operations(tokenCount: count) / seconds / limit
        return .init(count: count, seconds: seconds, shareOfCeiling: share)
    }

    /// 64 steps of every sequence after prompts of 128 tokens.
    private func measureDecode(
        _ ceilings: EngineBenchmark.Ceilings,
        batch: Int
    ) throws -> EngineBenchmark.Measurement {
        let decoder = generator.network.decoder
        let room = decoder.configuration.maximumPositions
        let (promptCount, steps) = room >= 192 ? (128, 64) : (room / 3, room / 3)
        let image = try measuredImage()
        let caches = (0..<batch).map { _ in makeCache(capacity: promptCount + steps, lookingAt: image) }
        let ids = tokens(promptCount)
        for cache in caches {
            let span = decoder.span(ids, promptCount: 0, at: 0, cache: cache)
            _ = try decoder(decoder.embed(ids), spans: [span])
        }
        let spans = caches.enumerated().map { row, cache in
            decoder.span([ids[0]], promptCount: 0, at: row, cache: cache)
        }
        let newest = [Int](repeating: ids[0], count: batch)
        let seconds = try Stopwatch.best(of: 0) {
            for _ in 0..<steps { _ = decoder.logits(try decoder(decoder.embed(newest), spans: spans)) }
        }
        let read = Double(decoder.weightBytes * steps) / seconds / 1e9
        return .init(count: batch * steps, seconds: seconds, shareOfCeiling: read / ceilings.readGigabytes)
    }

    private func measureFirstToken() throws -> (seconds: Double, views: Int)? {
        guard generator.network.vision != nil else { return nil }
        let (width, height) = (1240, 1754)
        let image = PixelImage(
            width: width,
            height: height,
            pixels: (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 5) }
        )
        var request = GenerationRequest(parts: [.image(image), .text("Read.")])
        request.splitsImages = canSplitImages ? true : nil
        request.maximumTokens = 1
        var viewCount = 0
        let seconds = try Stopwatch.best(of: 0) {
            let encoded = try generator.network.encode(views(of: request), keepsVisionOutput: false)
            viewCount = encoded.count
            _ = try generator.logits(tokenIDs(of: request), features: encoded.map(\.features))
        }
        return (seconds, viewCount)
    }
}
