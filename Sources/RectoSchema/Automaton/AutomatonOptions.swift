/// Bounds of what constrained decoding may write where the schema itself sets none.
///
/// They only make the written language smaller: what is written within them always satisfies the schema. A bound that the
/// schema can't be satisfied within (`minItems` above `maximumItems`) gives way to the schema.
public struct AutomatonOptions: Sendable, Hashable {
    /// Most Unicode scalars of a string without `maxLength`.
    public var maximumStringLength = 1_024
    /// Most elements of an array without `maxItems`.
    public var maximumItems = 1_024
    /// Most members that `properties` does not name, at most 200.
    public var maximumAdditionalProperties = 16
    /// Most Unicode scalars of such a member's key.
    public var maximumKeyLength = 64
    /// How deeply arrays and objects may be nested.
    public var maximumDepth = 32
    /// Most digits before the point of a number without bounds.
    public var maximumIntegerDigits = 15
    /// Most digits after the point.
    public var maximumDecimals = 6
    /// Most states of the automaton of one string or number, and a tenth of the most states altogether.
    public var maximumStates = 20_000

    /// Creates the usual bounds.
    public init() {}
}
