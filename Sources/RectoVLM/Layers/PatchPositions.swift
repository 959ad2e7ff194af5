/// Where the patches of a view stand on the grid of learned positions.
///
/// The view's sides are taken as fractions of a whole and sorted into as many steps as the largest image has patches, in
/// float32, as transformers does it from 5.0 on: exact arithmetic would differ at a few grid sizes, 49 among them.
package enum PatchPositions {
    /// Finds the position of every patch along one side.
    ///
    /// - Parameters:
    ///   - count: Patches along that side of the view.
    ///   - patchesPerSide: Patches along a side of the largest image.
    /// - Returns: One position for each patch, ascending.
    package static func axis(count: Int, patchesPerSide: Int) -> [Int] {
        let boundaries = (0..<max(patchesPerSide - 1, 0)).map { Float(Double($0 + 1) / Double(patchesPerSide)) }
        let step = 1 / Float(count)
        return (0..<count).map { index in
            let place = min(Float(index) * step, 0.999999)
            return boundaries.partitioningCount { $0 <= place }
        }
    }

    /// Finds the position of every patch of a view.
    ///
    /// - Parameters:
    ///   - rows: Rows of patches.
    ///   - columns: Patches in a row.
    ///   - patchesPerSide: Patches along a side of the largest image.
    /// - Returns: Rows of the position embedding, row by row of the view.
    package static func grid(rows: Int, columns: Int, patchesPerSide: Int) -> [Int] {
        let across = axis(count: columns, patchesPerSide: patchesPerSide)
        return axis(count: rows, patchesPerSide: patchesPerSide).flatMap { down in
            across.map { down * patchesPerSide + $0 }
        }
    }
}

extension [Float] {
    /// How many elements at the front satisfy a condition that no later element satisfies.
    fileprivate func partitioningCount(_ isInFront: (Float) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isInFront(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
