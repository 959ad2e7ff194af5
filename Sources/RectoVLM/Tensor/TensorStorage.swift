import Foundation

/// Aligned memory for `count` float32 numbers; freed with its last owner.
@safe
final class TensorStorage: @unchecked Sendable {
    // @unchecked Sendable: it is written only by a `Tensor` that holds the sole reference to it; shared, it is constant.
    let count: Int
    let pointer: UnsafeMutablePointer<Float>

    /// Allocates memory that is still undefined; who allocates, fills it.
    ///
    /// - Parameter count: How many numbers.
    init(count: Int) {
        self.count = count
        let size = max(count * MemoryLayout<Float>.stride, 64)
        let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        unsafe pointer = unsafe raw.bindMemory(to: Float.self, capacity: max(count, 16))
    }

    deinit { unsafe UnsafeMutableRawPointer(pointer).deallocate() }
}
