import RectoVLM
import Testing

/// Positions as transformers 5 computes them in float32, for the 70 × 70 grid of the released checkpoints.
struct PatchPositionTests {
    @Test func twentySevenPatchesStandWhereTheReferencePutsThem() {
        let expected = [
            0, 2, 5, 7, 10, 12, 15, 18, 20, 23, 25, 28, 31, 33, 36, 38, 41, 44, 46, 49, 51, 54, 57, 59, 62, 64, 67,
        ]
        #expect(PatchPositions.axis(count: 27, patchesPerSide: 70) == expected)
    }

    @Test func fortyNinePatchesTheWidthOfAnA4PageStandWhereTheReferencePutsThem() {
        let expected = [
            0, 1, 2, 4, 5, 7, 8, 9, 11, 12, 14, 15, 17, 18, 19, 21, 22, 24, 25, 27, 28, 30, 31, 32, 34, 35, 37, 38, 39,
            41, 42, 44, 45, 47, 48, 49, 51, 52, 54, 55, 57, 58, 60, 61, 62, 64, 65, 67, 68,
        ]
        #expect(PatchPositions.axis(count: 49, patchesPerSide: 70) == expected)
    }

    @Test(arguments: 1...70)
    func onlyTheKnownGridSizesDifferFromExactArithmetic(_ count: Int) {
        let exact = (0..<count).map { $0 * 70 / count }
        let differences: [Int: [Int: Int]] = [
            25: [5: 13, 10: 27, 15: 41, 20: 55], 49: [7: 9, 14: 19, 28: 39, 35: 49],
            50: [5: 6, 10: 13, 15: 20, 20: 27, 30: 41, 40: 55], 55: [11: 13, 22: 27, 33: 41, 44: 55],
        ]
        let expected = exact.enumerated().map { differences[count]?[$0.offset] ?? $0.element }
        #expect(PatchPositions.axis(count: count, patchesPerSide: 70) == expected)
    }

    @Test(arguments: [1, 5, 16, 24, 26, 27, 28, 32, 64, 70])
    func aFullGridCountsUp(_ count: Int) {
        #expect(PatchPositions.axis(count: count, patchesPerSide: count) == Array(0..<count))
    }

    @Test func aGridRunsRowByRowOverTheLargestGrid() {
        #expect(PatchPositions.grid(rows: 2, columns: 3, patchesPerSide: 6) == [0, 2, 4, 18, 20, 22])
    }
}
