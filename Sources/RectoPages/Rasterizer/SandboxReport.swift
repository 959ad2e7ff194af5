/// What the renderer's self-test found: attacks that a taken-over renderer might try, and how each ended.
public struct SandboxReport: Sendable, Hashable, Decodable {
    /// One attack.
    public struct Probe: Sendable, Hashable, Decodable {
        /// What was tried, for example `socket(AF_INET)`.
        public var name: String
        /// How it ended: `refused`, `killed` or `allowed`.
        public var outcome: String

        /// Describes an attack.
        ///
        /// - Parameters:
        ///   - name: What was tried.
        ///   - outcome: How it ended.
        public init(name: String, outcome: String) {
            self.name = name
            self.outcome = outcome
        }
    }

    /// All attacks.
    public var probes: [Probe]
    /// How many were allowed; reading the font configuration is one of them.
    public var allowed: Int

    /// Puts a report together.
    ///
    /// - Parameters:
    ///   - probes: All attacks.
    ///   - allowed: How many were allowed.
    public init(probes: [Probe], allowed: Int) {
        self.probes = probes
        self.allowed = allowed
    }

    /// Whether nothing but reading the font configuration was allowed.
    public var isContained: Bool {
        probes.allSatisfy { ($0.outcome == "allowed") == ($0.name == Self.permitted) }
    }

    private static let permitted = "read /etc/fonts/fonts.conf"
}
