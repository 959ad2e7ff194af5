import CRectoKernels
import Foundation

/// A reconstruction filter of Pillow's `Image.resize`.
public enum ResamplingFilter: String, Sendable, Hashable, CaseIterable {
    /// Mean of the covered pixels; support 0.5.
    case box
    /// Triangle; support 1.
    case bilinear
    /// Raised cosine; support 1.
    case hamming
    /// Cubic convolution with a = -0.5; support 2.
    case bicubic
    /// Windowed sinc; support 3.
    case lanczos

    var support: Double {
        switch self {
        case .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    func value(at x: Double) -> Double {
        let distance = abs(x)
        switch self {
        case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
        case .bilinear: return distance < 1 ? 1 - distance : 0
        case .hamming:
            if distance == 0 { return 1 }
            if distance >= 1 { return 0 }
            let angle = distance * Double.pi
            return sin(angle) / angle * (0.54 + 0.46 * cos(angle))
        case .bicubic:
            let a = -0.5
            if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
            if distance < 2 { return (((distance - 5) * distance + 8) * distance - 4) * a }
            return 0
        case .lanczos: return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0
        }
    }
}

private func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let angle = x * Double.pi
    return sin(angle) / angle
}

/// The weights of one axis as Pillow computes them: in double precision, then fixed-point with 22 fractional bits.
private struct ResamplingWeights {
    var starts: [Int32] = []
    var counts: [Int32] = []
    var weights: [Int32] = []
    let taps: Int

    /// - Parameters:
    ///   - inputSize: Length of the axis.
    ///   - outputSize: Length that it gets.
    ///   - outputs: Which of the new places are wanted.
    ///   - filter: The reconstruction filter.
    init(from inputSize: Int, to outputSize: Int, keeping outputs: Range<Int>, filter: ResamplingFilter) {
        let scale = Double(inputSize) / Double(outputSize)
        let filterScale = max(scale, 1)
        let support = filter.support * filterScale
        taps = Int(support.rounded(.up)) * 2 + 1
        weights = [Int32](repeating: 0, count: outputs.count * taps)
        for (place, output) in outputs.enumerated() {
            let center = (Double(output) + 0.5) * scale
            let start = max(Int(center - support + 0.5), 0)
            let count = min(Int(center + support + 0.5), inputSize) - start
            var values = (0..<count).map {
                filter.value(at: (Double($0 + start) - center + 0.5) * (1 / filterScale))
            }
            let sum = values.reduce(0, +)
            if sum != 0 {
                for index in values.indices { values[index] /= sum }
            }
            for (index, value) in values.enumerated() {
                weights[place * taps + index] = Int32(value * 4_194_304 + (value < 0 ? -0.5 : 0.5))
            }
            starts.append(Int32(start))
            counts.append(Int32(count))
        }
    }
}

extension PixelImage {
    /// Resizes like Pillow's `Image.resize` on 8-bit RGB, byte for byte.
    ///
    /// Two passes, each rounding to bytes; a pass that would not change the size is skipped. The horizontal one comes
    /// first, except where an image more than a hundred times as high as wide becomes lower: Pillow then begins with
    /// the vertical one, and the order shows in the rounding.
    ///
    /// - Parameters:
    ///   - width: Width of the result in pixels, at least 1.
    ///   - height: Height of the result in pixels, at least 1.
    ///   - filter: The reconstruction filter.
    /// - Returns: The resized image.
    public func resized(width: Int, height: Int, filter: ResamplingFilter) -> PixelImage {
        resized(width: width, height: height, filter: filter, keepingX: 0..<width, keepingY: 0..<height)
    }

    /// Computes a part of what `resized(width:height:filter:)` would give, and nothing of the rest.
    ///
    /// - Parameters:
    ///   - width: Width of the whole result in pixels, at least 1.
    ///   - height: Height of the whole result in pixels, at least 1.
    ///   - filter: The reconstruction filter.
    ///   - x: Columns of the result to keep, at least one.
    ///   - y: Rows of the result to keep, at least one.
    /// - Returns: The part.
    package func resized(
        width: Int,
        height: Int,
        filter: ResamplingFilter,
        keepingX x: Range<Int>,
        keepingY y: Range<Int>
    ) -> PixelImage {
        precondition(!x.isEmpty && !y.isEmpty, "an image has at least one pixel")
        precondition(x.lowerBound >= 0 && x.upperBound <= width, "columns inside the result")
        precondition(y.lowerBound >= 0 && y.upperBound <= height, "rows inside the result")
        if self.height > self.width * 100 && height < self.height {
            return resampledColumns(to: height, keeping: y, filter: filter)
                .resampledRows(to: width, keeping: x, filter: filter)
        }
        return resampledRows(to: width, keeping: x, filter: filter)
            .resampledColumns(to: height, keeping: y, filter: filter)
    }

    private func resampledRows(to wholeWidth: Int, keeping x: Range<Int>, filter: ResamplingFilter) -> PixelImage {
        if wholeWidth == width { return x.count == width ? self : cropped(x: x, y: 0..<height) }
        let axis = ResamplingWeights(from: width, to: wholeWidth, keeping: x, filter: filter)
        let newWidth = x.count
        let count = height * newWidth * 3
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            unsafe recto_resample_rows_u8(
                output.baseAddress,
                pixels,
                height,
                width,
                newWidth,
                axis.starts,
                axis.counts,
                axis.weights,
                axis.taps
            )
            initialized = count
        }
        return PixelImage(width: newWidth, height: height, pixels: bytes)
    }

    private func resampledColumns(to wholeHeight: Int, keeping y: Range<Int>, filter: ResamplingFilter) -> PixelImage {
        if wholeHeight == height { return y.count == height ? self : cropped(x: 0..<width, y: y) }
        let axis = ResamplingWeights(from: height, to: wholeHeight, keeping: y, filter: filter)
        let newHeight = y.count
        let count = newHeight * width * 3
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            unsafe recto_resample_columns_u8(
                output.baseAddress,
                pixels,
                width * 3,
                newHeight,
                axis.starts,
                axis.counts,
                axis.weights,
                axis.taps
            )
            initialized = count
        }
        return PixelImage(width: width, height: newHeight, pixels: bytes)
    }
}
