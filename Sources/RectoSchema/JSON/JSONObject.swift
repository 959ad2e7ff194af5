/// The members of a JSON object in their order; keys are unique.
public struct JSONObject: Sendable, Hashable, Sequence, ExpressibleByDictionaryLiteral {
    /// A key and its value.
    public struct Member: Sendable, Hashable {
        /// The key.
        public let key: String
        /// The value.
        public var value: JSONValue

        /// Creates a member.
        ///
        /// - Parameters:
        ///   - key: The key.
        ///   - value: The value.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The members in order.
    public private(set) var members: [Member] = []
    /// By the keys' bytes: JSON's keys are equal when their code points are, Swift's texts already when they look alike.
    private var places: [[UInt8]: Int] = [:]

    /// Creates an object.
    ///
    /// - Parameter members: The members; a repeated key keeps its first place and its last value.
    public init(_ members: [Member] = []) {
        for member in members { self[member.key] = member.value }
    }

    /// Creates an object from a literal.
    ///
    /// - Parameter elements: The members in order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.map { Member(key: $0.0, value: $0.1) })
    }

    /// The value of a key: setting appends a new key at the end, setting nil removes it.
    ///
    /// - Parameter key: The key.
    public subscript(key: String) -> JSONValue? {
        get { places[Array(key.utf8)].map { members[$0].value } }
        set {
            let place = Array(key.utf8)
            switch (places[place], newValue) {
            case (let known?, let value?): members[known].value = value
            case (nil, let value?):
                places[place] = members.count
                members.append(Member(key: key, value: value))
            case (let known?, nil):
                members.remove(at: known)
                places = Dictionary(uniqueKeysWithValues: members.enumerated().map { (Array($1.key.utf8), $0) })
            case (nil, nil): break
            }
        }
    }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// How many members there are.
    public var count: Int { members.count }

    /// Whether there are none.
    public var isEmpty: Bool { members.isEmpty }

    /// Goes through the members in order.
    ///
    /// - Returns: An iterator over the members.
    public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }

    /// Compares members and their order.
    ///
    /// - Parameters:
    ///   - left: An object.
    ///   - right: Another object.
    /// - Returns: Whether both have the same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }

    /// Feeds the members to a hasher.
    ///
    /// - Parameter hasher: The hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}
