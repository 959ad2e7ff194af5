public import RectoPages
public import RectoSchema

/// A tile as a record shows it.
public struct TileReport: Sendable, Hashable, Codable {
    /// Its place in reading order within the page, counted from 0.
    public var index: Int
    /// What it is to its page.
    public var role: Tile.Role
    /// The visual row it belongs to, counted from 0.
    public var row: Int
    /// Where it lies on the page, in points.
    public var box: Box

    /// Describes a tile.
    ///
    /// - Parameter tile: The tile.
    public init(_ tile: Tile) {
        index = tile.index
        role = tile.role
        row = tile.row
        box = tile.box
    }

    /// The tile as it stands in a record.
    ///
    /// - Returns: An object with `index`, `role`, `row` and `box`.
    public func json() -> JSONValue {
        ["index": .integer(index), "role": .string(role.rawValue), "row": .integer(row), "box": .box(box)]
    }
}

/// What became of one page, as a record shows it.
public struct PageReport: Sendable, Hashable, Codable {
    /// Which page of the document this is.
    public var page: PageNumber
    /// What became of it.
    public var status: PageStatus
    /// Its size as seen, in points; nil when it could not be rasterized.
    public var size: PageSize?
    /// The tiles that were cut from it, in reading order.
    public var tiles: [TileReport]
    /// Why it failed or was skipped; nil when it is complete.
    public var error: ErrorReport?

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - page: Which page of the document this is.
    ///   - status: What became of it.
    ///   - size: Its size as seen, in points.
    ///   - tiles: The tiles that were cut from it, in reading order.
    ///   - error: Why it failed or was skipped.
    public init(
        page: PageNumber,
        status: PageStatus,
        size: PageSize? = nil,
        tiles: [TileReport] = [],
        error: ErrorReport? = nil
    ) {
        self.page = page
        self.status = status
        self.size = size
        self.tiles = tiles
        self.error = error
    }

    /// The page as it stands in a record.
    ///
    /// - Returns: An object with `page`, `status`, `size`, `tiles` and `error`.
    public func json() -> JSONValue {
        [
            "page": .integer(page.value),
            "status": .string(status.rawValue),
            "size": size.map { .array([.points($0.width), .points($0.height)]) } ?? .null,
            "tiles": .array(tiles.map { $0.json() }),
            "error": error?.json() ?? .null,
        ]
    }
}

extension JSONValue {
    /// Writes a length in points, to a hundredth.
    ///
    /// - Parameter value: The length.
    /// - Returns: A number.
    package static func points(_ value: Double) -> JSONValue { .decimal(value, decimals: 2) }

    /// Writes a box in points, to a hundredth.
    ///
    /// - Parameter box: The box.
    /// - Returns: `[x0, y0, x1, y1]`.
    package static func box(_ box: Box) -> JSONValue {
        .array([.points(box.x0), .points(box.y0), .points(box.x1), .points(box.y1)])
    }
}
