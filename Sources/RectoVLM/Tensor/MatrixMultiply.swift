import COpenBLAS
import CRectoKernels
import Foundation

/// Matrix products: OpenBLAS for many rows, own kernels for few, which are bound by reading the weights.
enum MatrixMultiply {
    /// Up to this many rows go through the gemv kernels one by one.
    private static let fewRows = 3
    /// Weights are widened to float32 in blocks of about this many elements.
    private static let blockElements = 1 << 20
    /// From this many weights on, one row is worth several processors.
    private static let parallelElements = 1 << 19

    /// Says how many processors the engine may use; OpenBLAS keeps the number for the whole process.
    static var threadCount: Int {
        get { Int(openblas_get_num_threads()) }
        set { openblas_set_num_threads(Int32(clamping: newValue)) }
    }

    /// Sends rows through a linear layer.
    ///
    /// - Parameters:
    ///   - x: Rows of input features.
    ///   - weight: The weights.
    /// - Returns: As many rows of output features: `x · weightᵀ`.
    static func product(_ x: Tensor, _ weight: WeightMatrix) -> Tensor {
        precondition(x.columns == weight.columns, "as many columns as input features")
        var result = Tensor(undefinedRows: x.rows, columns: weight.rows)
        if case .packed(let packed) = weight.storage {
            product(LinearInput(x, for: packed.type), packed, finish: ProductFinish(), into: &result, adds: false)
            return result
        }
        result.makeUnique()
        let input = unsafe UnsafePointer(x.storage.pointer)
        let output = unsafe result.storage.pointer
        if x.rows == 0 || weight.rows == 0 { return result }
        if x.rows <= fewRows {
            for row in 0..<x.rows {
                unsafe gemv(output + row * weight.rows, weight, input + row * x.columns)
            }
            return result
        }
        switch weight.storage {
        case .packed: break
        case .dense(let tensor):
            unsafe gemm(
                output,
                input,
                UnsafePointer(tensor.storage.pointer),
                rows: x.rows,
                outputs: weight.rows,
                inputs: x.columns,
                outputStride: weight.rows
            )
        case .mapped(let file, let offset, let type):
            let size = min(max(blockElements / weight.columns, 1), weight.rows)
            let block = TensorStorage(count: size * weight.columns)
            for first in stride(from: 0, to: weight.rows, by: size) {
                let count = min(size, weight.rows - first)
                unsafe expand(
                    block.pointer,
                    file.bytes,
                    offset + first * weight.columns * type.size,
                    type,
                    count * weight.columns
                )
                unsafe gemm(
                    output + first,
                    input,
                    UnsafePointer(block.pointer),
                    rows: x.rows,
                    outputs: count,
                    inputs: x.columns,
                    outputStride: weight.rows
                )
            }
        }
        return result
    }

    private static func gemm(
        _ output: UnsafeMutablePointer<Float>,
        _ input: UnsafePointer<Float>,
        _ weight: UnsafePointer<Float>,
        rows: Int,
        outputs: Int,
        inputs: Int,
        outputStride: Int
    ) {
        unsafe cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasTrans,
            blasint(rows),
            blasint(outputs),
            blasint(inputs),
            1,
            input,
            blasint(inputs),
            weight,
            blasint(inputs),
            0,
            output,
            blasint(outputStride)
        )
    }

    private static func gemv(
        _ output: UnsafeMutablePointer<Float>,
        _ weight: WeightMatrix,
        _ input: UnsafePointer<Float>
    ) {
        let base: UnsafeRawPointer
        let type: ElementType
        switch weight.storage {
        case .dense(let tensor):
            (unsafe base, type) = (unsafe UnsafeRawPointer(tensor.storage.pointer), .float32)
        case .mapped(let file, let offset, let elementType):
            guard let start = unsafe file.bytes.baseAddress else { return }
            (unsafe base, type) = (unsafe start + offset, elementType)
        case .packed: return
        }
        let columns = weight.columns
        func part(_ rows: Range<Int>) {
            let weights = unsafe base + rows.lowerBound * columns * type.size
            let out = unsafe output + rows.lowerBound
            switch type {
            case .float32: unsafe recto_gemv_f32(out, weights, input, rows.count, columns)
            case .float16: unsafe recto_gemv_f16(out, weights, input, rows.count, columns)
            case .bfloat16: unsafe recto_gemv_bf16(out, weights, input, rows.count, columns)
            }
        }
        let parts = weight.rows * columns < parallelElements ? 1 : min(threadCount, weight.rows)
        Parallel.forEach(parts) { index in
            part(weight.rows * index / parts..<weight.rows * (index + 1) / parts)
        }
    }

    /// Widens stored numbers to float32.
    static func expand(
        _ output: UnsafeMutablePointer<Float>,
        _ bytes: UnsafeRawBufferPointer,
        _ offset: Int,
        _ type: ElementType,
        _ count: Int
    ) {
        guard count > 0, let start = bytes.baseAddress else { return }
        precondition(offset >= 0 && offset + count * type.size <= bytes.count, "numbers inside the file")
        let source = unsafe start + offset
        switch type {
        case .float32: unsafe UnsafeMutableRawPointer(output).copyMemory(from: source, byteCount: count * 4)
        case .float16: unsafe recto_expand_f16(output, source, count)
        case .bfloat16: unsafe recto_expand_bf16(output, source, count)
        }
    }
}

extension Tensor {
    /// Reads a stored tensor as float32.
    ///
    /// - Parameters:
    ///   - tensor: The tensor, of a format that Recto reads.
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    init(expanding tensor: StoredTensor, rows: Int, columns: Int) {
        unsafe self.init(rows: rows, columns: columns) { range, output in
            unsafe tensor.expand(rows: range, columns: columns, into: output)
        }
    }

    /// Makes a matrix whose rows are written by several processors.
    ///
    /// - Parameters:
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    ///   - fill: Writes the rows of a range, one after the other.
    init(rows: Int, columns: Int, fill: (Range<Int>, UnsafeMutablePointer<Float>) -> Void) {
        self.init(undefinedRows: rows, columns: columns)
        let output = unsafe storage.pointer
        let parts = rows * columns < 1 << 16 ? min(rows, 1) : min(MatrixMultiply.threadCount, rows)
        Parallel.forEach(parts) { part in
            let range = rows * part / parts..<rows * (part + 1) / parts
            unsafe fill(range, output + range.lowerBound * columns)
        }
    }
}

extension WeightMatrix {
    /// Looks up rows, as an embedding does.
    ///
    /// - Parameter indices: The rows.
    /// - Returns: One row for each index.
    package func rows(_ indices: [Int]) -> Tensor {
        var result = Tensor(undefinedRows: indices.count, columns: columns)
        for (row, index) in indices.enumerated() {
            precondition(index >= 0 && index < rows, "row inside the matrix")
            switch storage {
            case .packed(let packed): unsafe packed.expand(row: index, into: result.storage.pointer + row * columns)
            case .dense(let tensor): result.replaceRows(at: row, with: tensor, rows: index..<index + 1)
            case .mapped(let file, let offset, let type):
                unsafe MatrixMultiply.expand(
                    result.storage.pointer + row * columns,
                    file.bytes,
                    offset + index * columns * type.size,
                    type,
                    columns
                )
            }
        }
        return result
    }
}
