/// `down(silu(gate · x) ⊙ (up · x))`: the MLP of the decoder, of the resampler, and the modality projection.
struct GatedMLP: Sendable {
    private let gate: Linear
    private let up: Linear
    private let down: Linear

    /// The widened rows are kept to about this many numbers at a time.
    private static let blockElements = 1 << 23

    init(
        _ name: String,
        in store: WeightStore,
        inputs: Int,
        intermediate: Int,
        outputs: Int
    ) throws(VLMError) {
        gate = try Linear("\(name).gate_proj", in: store, outputs: intermediate, inputs: inputs)
        up = try Linear("\(name).up_proj", in: store, outputs: intermediate, inputs: inputs)
        down = try Linear("\(name).down_proj", in: store, outputs: outputs, inputs: intermediate)
    }

    /// Its linear layers.
    var linears: [Linear] { [gate, up, down] }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let blockRows = max(Self.blockElements / max(gate.weight.rows, 1), 64)
        if x.rows <= blockRows { return block(x) }
        var result = Tensor(undefinedRows: x.rows, columns: down.weight.rows)
        for start in stride(from: 0, to: x.rows, by: blockRows) {
            result.replaceRows(at: start, with: block(x.rows(start..<min(start + blockRows, x.rows))))
        }
        return result
    }

    private func block(_ x: Tensor) -> Tensor {
        let x = gate.prepare(x)
        var inner = gate(x)
        inner.gateSiLU(by: up(x))
        return down(inner)
    }
}
