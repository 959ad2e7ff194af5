import Foundation

/// Where a hub is, and who asks there.
public struct HubAddress: Sendable {
    /// Scheme, host and port: what the token is good for.
    struct Origin: Sendable, Hashable {
        let scheme: String
        let host: String
        let port: Int

        /// The origin of an address; nil for anything but HTTP with a host, and for addresses with a user in them.
        init?(_ address: String) {
            guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
                scheme == "https" || scheme == "http", let host = parts.host?.lowercased(), !host.isEmpty,
                parts.user == nil, parts.password == nil
            else { return nil }
            self.scheme = scheme
            self.host = host
            port = parts.port ?? (scheme == "https" ? 443 : 80)
        }

        /// Whether what is sent there stays on this machine.
        var isLoopback: Bool { ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host) }
    }

    /// The address without a slash at its end.
    let endpoint: String
    let origin: Origin
    let token: String?

    /// Takes an address.
    ///
    /// - Parameters:
    ///   - endpoint: The hub's address, such as `https://hub.example`.
    ///   - token: Who asks; nil or empty is anonymous.
    /// - Throws: `HubError.badAddress` for anything but an HTTP address, or where the token could be read on its way.
    public init(endpoint: String, token: String?) throws(HubError) {
        let token = token?.trimmingCharacters(in: .whitespacesAndNewlines)
        self.endpoint = String(endpoint.reversed().drop { $0 == "/" }.reversed())
        self.token = token?.isEmpty == true ? nil : token
        guard let parts = URLComponents(string: self.endpoint), let origin = Origin(self.endpoint) else {
            throw .badAddress(endpoint, reason: "it must begin with https:// or http:// and name a host")
        }
        self.origin = origin
        if parts.query != nil || parts.fragment != nil {
            throw .badAddress(endpoint, reason: "it must have neither a query nor a fragment")
        }
        guard let token = self.token else { return }
        if !token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            throw .badAddress(endpoint, reason: "the token holds characters that no token has")
        }
        if origin.scheme == "http", !origin.isLoopback {
            throw .badAddress(endpoint, reason: "without https the token could be read on its way")
        }
    }

    /// The address of something on the hub.
    ///
    /// - Parameter parts: Path components; each is escaped as one.
    /// - Returns: The address.
    func address(_ parts: [String]) -> String {
        ([endpoint] + parts.map(Self.escaped)).joined(separator: "/")
    }

    private static func escaped(_ part: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return part.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}

/// The name of a model on a hub: `OWNER/MODEL`, or `OWNER/MODEL@REVISION`.
public struct HubModelName: Sendable, Hashable, CustomStringConvertible {
    /// `OWNER/MODEL`, or `MODEL` alone for the oldest ones.
    let repository: [String]
    /// A branch, tag or commit.
    public let revision: String

    /// Reads a name.
    ///
    /// - Parameter text: The name.
    /// - Throws: `HubError.badName`.
    public init(_ text: String) throws(HubError) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        repository = parts
        revision = halves.count > 1 ? String(halves[1]) : "main"
        let isName = (1...2).contains(parts.count) && parts.allSatisfy(Self.isName)
        let isRevision = revision.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
            Self.isName(String($0))
        }
        if !isName || !isRevision { throw .badName(text) }
    }

    /// The model's own name, by which its folder is called.
    public var folderName: String { repository[repository.count - 1] }

    /// The name as the hub writes it.
    public var description: String { repository.joined(separator: "/") }

    private static func isName(_ text: String) -> Bool {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        return isPlain && !text.isEmpty && text.count <= 96 && !text.hasPrefix(".") && !text.hasPrefix("-")
    }
}
