extension ReaderDeclaration.CharacterHead {
    /// More characters than this do not stand under a patch or in the share of an image feature.
    private static let mostSlots = 256
    /// No vocabulary is larger.
    private static let mostTokens = 1 << 24

    /// Loads the weights of a head that `recto.json` declares.
    ///
    /// - Parameters:
    ///   - name: Its tensors' name, without `.weight`.
    ///   - store: The checkpoint's tensors.
    ///   - inputs: Size of the states that it stands on.
    /// - Returns: A layer that scores the classes of all slots.
    /// - Throws: `VLMError` when it is declared with impossible sizes, or a tensor is missing or of another shape.
    func linear(_ name: String, in store: WeightStore, inputs: Int) throws(VLMError) -> Linear {
        guard (1...Self.mostSlots).contains(slots), (2...Self.mostTokens).contains(classes),
            (0...Self.mostTokens).contains(firstToken)
        else {
            throw .malformedConfiguration(
                path: "\(store.path)/recto.json",
                problem:
                    "\(name.dropFirst("recto.".count)) needs 1 to \(Self.mostSlots) slots, two classes or more, and a first token "
                    + "that there may be"
            )
        }
        return try Linear(name, in: store, outputs: slots * classes, inputs: inputs, hasBias: true, use: .vocabulary)
    }
}
