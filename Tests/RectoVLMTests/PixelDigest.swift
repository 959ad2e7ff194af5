import Crypto
import RectoVLM

extension PixelValues {
    /// The first 16 hexadecimal digits of the SHA-256 of its values as little-endian floats, as the scripts of `Golden` write them.
    var digest: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 4)
        for value in values {
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
            }
        }
        return SHA256.hash(data: bytes).prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
    }
}
