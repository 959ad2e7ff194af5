import RectoExtraction
import RectoPages
import Testing

@Suite struct TileWindowTests {
    @Test func takesTheRightNeighbourAndTheTileDirectlyBelow() {
        let page = PageDouble([["a", "b", "c"], ["d", nil, "f"], [nil, "h", nil]])
        let windows = TileWindow.windows(boxes: page.pieces.map(\.box), rows: page.pieces.map(\.row), limit: 3)
        #expect(windows.map(\.places) == [[0, 1, 3], [1, 2, 5], [2, 4], [3, 4], [4], [5]])
    }

    @Test(arguments: [(1, [0]), (2, [0, 1]), (3, [0, 1, 2])])
    func keepsToTheImagesOfAPrompt(limit: Int, places: [Int]) {
        let page = PageDouble([["a", "b"], ["c", "d"]])
        let windows = TileWindow.windows(boxes: page.pieces.map(\.box), rows: page.pieces.map(\.row), limit: limit)
        #expect(windows[0].places == places)
    }

    @Test func givesTheRoomOfAMissingNeighbourToTheTileBelow() {
        let page = PageDouble([["a"], ["b"]])
        let windows = TileWindow.windows(boxes: page.pieces.map(\.box), rows: page.pieces.map(\.row), limit: 2)
        #expect(windows[0].places == [0, 1])
        #expect(windows[0].right == nil)
    }

    @Test func choosesTheNearestRowAndInItTheWidestOverlap() {
        let boxes = [
            Box(x0: 100, y0: 0, x1: 200, y1: 10), Box(x0: 0, y0: 40, x1: 120, y1: 50),
            Box(x0: 130, y0: 41, x1: 300, y1: 51),
            Box(x0: 100, y0: 20, x1: 99, y1: 30), Box(x0: 100, y0: 80, x1: 200, y1: 90),
        ]
        let windows = TileWindow.windows(boxes: boxes, rows: [0, 2, 2, 1, 3], limit: 3)
        #expect(windows[0].below == 2)
    }

    @Test func passesOverSignsThatBelongToALabel() {
        let page = PageDouble([["Customer no.", "#", "K-1"], ["#", "x", "y"], ["below", "-", "z"]])
        let (boxes, rows, texts) = (page.pieces.map(\.box), page.pieces.map(\.row), page.pieces.map(\.text))
        let windows = TileWindow.windows(boxes: boxes, rows: rows, texts: texts, limit: 3)
        #expect(windows[0].places == [0, 2, 6])
        #expect(windows[6].right == 7, "a dash says that there is nothing")
    }

    @Test(arguments: [(60.0, 1), (69, 1), (71, nil), (300, nil)] as [(Double, Int?)])
    func whatLiesFarBelowIsNotBelow(top: Double, below: Int?) {
        let boxes = [Box(x0: 0, y0: 0, x1: 100, y1: 10), Box(x0: 0, y0: top, x1: 100, y1: top + 10)]
        #expect(TileWindow.windows(boxes: boxes, rows: [0, 1], limit: 3)[0].below == below)
    }

    /// The ring of `n°`, read as a zero by itself, is passed over; a zero as high as its neighbour is a value.
    @Test(arguments: [(5.0, "Facture n", 2), (10, "Facture n", 1), (5, "Factures", 1)])
    func aRingIsPassedOver(height: Double, caption: String, right: Int) {
        let boxes = [
            Box(x0: 0, y0: 0, x1: 100, y1: 10), Box(x0: 102, y0: 0, x1: 106, y1: height),
            Box(x0: 130, y0: 0, x1: 190, y1: 10),
        ]
        let windows = TileWindow.windows(boxes: boxes, rows: [0, 0, 0], texts: [caption, "0", "F-17"], limit: 3)
        #expect(windows[0].right == right)
    }

    @Test func doesNotTakeATileOfTheSameRowThatOverlapsFromTheLeft() {
        let boxes = [Box(x0: 50, y0: 0, x1: 100, y1: 10), Box(x0: 0, y0: 0, x1: 60, y1: 10)]
        #expect(TileWindow.windows(boxes: boxes, rows: [0, 0], limit: 3)[0].right == nil)
    }

    /// A head with its value right below does not reach for what stands at about its height in another column.
    @Test(
        arguments: [
            ("12 Mill Street", 14, "K-1", nil), ("12 Mill Street", 14, "Order no.:", 1),
            // An amount, and larger type, belong to the label.
            ("288.00", 14, "incl. VAT 48.00", 1), ("Paid", 20, "Thank you", 1),
        ] as [(String, Double, String, Int?)]
    )
    func aHeadOverItsValueHasNoNeighbourInAnotherRow(beside: String, foot: Double, below: String, right: Int?) {
        let boxes = [
            Box(x0: 0, y0: 0, x1: 80, y1: 10), Box(x0: 200, y0: 4, x1: 300, y1: foot),
            Box(x0: 0, y0: 12, x1: 80, y1: 22),
        ]
        let texts = ["Customer no.", beside, below]
        let window = TileWindow.windows(boxes: boxes, rows: [0, 1, 2], texts: texts, limit: 3)[0]
        #expect(window.right == right)
        #expect(window.below == 2)
    }

    @Test func takesANeighbourAtTheSameHeightWhenItsRowIsAnother() {
        let boxes = [
            Box(x0: 0, y0: 0, x1: 80, y1: 10), Box(x0: 100, y0: 3, x1: 200, y1: 14), Box(x0: 0, y0: 12, x1: 80, y1: 22),
        ]
        let window = TileWindow.windows(boxes: boxes, rows: [0, 1, 2], limit: 3)[0]
        #expect(window.right == 1)
        #expect(window.below == 2)
    }
}
