import Foundation
public import RectoVLM

/// The characters that the glyph head named in a tile, from left to right: a second reading that knows where each stands.
///
/// Small enough to keep with the page: a line of 40 characters is a few hundred bytes.
public struct GlyphColumns: Sendable, Hashable, Codable {
    /// The share of the tile's width that one column of patches takes.
    public var pitch: Double
    /// The characters.
    public var characters: [String]
    /// The column that each character is centred in, counted from 0, never descending.
    public var columns: [Int]
    /// The probability of each character, from 0 to 1.
    public var probabilities: [Float]

    /// Creates columns.
    ///
    /// - Parameters:
    ///   - pitch: The share of the tile's width that one column of patches takes.
    ///   - characters: The characters from left to right.
    ///   - columns: The column that each is centred in.
    ///   - probabilities: The probability of each.
    public init(pitch: Double, characters: [String], columns: [Int], probabilities: [Float]) {
        precondition(
            characters.count == columns.count && columns.count == probabilities.count,
            "a column and a probability for each character"
        )
        self.pitch = pitch
        self.characters = characters
        self.columns = columns
        self.probabilities = probabilities
    }

    /// Puts the rows of a tile's patches together.
    ///
    /// A character is named by every patch of the column that its centre falls in. What counts in each slot of a column is
    /// the character with the highest mean probability; patches that name another or none count as 0.
    ///
    /// - Parameter grid: What the patches of a tile of one line name.
    public init(_ grid: GlyphGrid) {
        var (characters, columns, probabilities): ([String], [Int], [Float]) = ([], [], [])
        for column in 0..<grid.columns {
            var sums: [Int: [String: Float]] = [:]
            for row in 0..<grid.rows {
                for glyph in grid.patches[row * grid.columns + column] {
                    sums[glyph.slot, default: [:]][glyph.character, default: 0] += exp(glyph.logProbability)
                }
            }
            for (_, named) in sums.sorted(by: { $0.key < $1.key }) {
                guard let best = named.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { continue }
                characters.append(best.key)
                columns.append(column)
                probabilities.append((best.value / Float(grid.rows) * 1000).rounded() / 1000)
            }
        }
        self.init(
            pitch: Double(grid.patchSize) / Double(grid.viewWidth),
            characters: characters,
            columns: columns,
            probabilities: probabilities
        )
    }

    /// Where the centre of a character lies, as a share of the tile's width: characters of one column share it equally.
    ///
    /// - Parameter index: The character.
    /// - Returns: From 0 to 1.
    package func center(of index: Int) -> Double {
        let column = columns[index]
        let first = columns[..<index].lastIndex { $0 != column }.map { $0 + 1 } ?? 0
        let end = columns[index...].firstIndex { $0 != column } ?? columns.count
        return (Double(column) + (Double(index - first) + 0.5) / Double(end - first)) * pitch
    }
}
