import Foundation

/// The licence of a checkpoint, as its folder says it.
struct ModelLicense {
    /// Its name, such as `apache-2.0`.
    let name: String

    /// Looks for it in the front matter of `README.md`, then in `config.json` and `recto.json`; a GGUF file says it itself.
    ///
    /// - Parameter plan: What the checkpoint's configuration calls for.
    /// - Throws: `VLMError` when a GGUF file is damaged there.
    init?(_ plan: ModelPlan) throws(VLMError) {
        if let gguf = plan.gguf {
            guard let text = try gguf.text.file.string("general.license"), !text.isEmpty else { return nil }
            name = text
            return
        }
        let card = plan.location.appending(path: "README.md")
        if let data = try? Data(contentsOf: card), let said = Self.name(inCard: String(decoding: data, as: UTF8.self)) {
            name = said
            return
        }
        struct File: Decodable { let license: String? }
        for file in ["config.json", "recto.json"] {
            guard let file = try? ConfigurationFile(plan.location.appending(path: file)).decode(File.self),
                let said = file.license, !said.isEmpty
            else { continue }
            name = said
            return
        }
        return nil
    }

    /// Reads `license`, and where that is `other` `license_name`, from the front matter of a model card.
    ///
    /// - Parameter card: The card's text.
    /// - Returns: The name; several are joined; nil where none is said.
    static func name(inCard card: String) -> String? {
        let lines = card.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard lines.first.map({ $0.trimmingCharacters(in: .whitespaces) }) == "---",
            let end = lines.dropFirst().firstIndex(where: { $0.trimmingCharacters(in: .whitespaces) == "---" })
        else { return nil }
        let front = Array(lines[1..<end])
        let said = values(of: "license", in: front)
        if said == ["other"], let own = values(of: "license_name", in: front).first { return own }
        return said.isEmpty ? nil : said.joined(separator: ", ")
    }

    /// The texts of a key of the outermost mapping: behind it, in brackets, or as a list below it.
    private static func values(of key: String, in lines: [Substring]) -> [String] {
        guard let index = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else { return [] }
        let inline = plain(lines[index].dropFirst(key.count + 1))
        if inline.hasPrefix("["), inline.hasSuffix("]") {
            return inline.dropFirst().dropLast().split(separator: ",").map { plain($0) }.filter { !$0.isEmpty }
        }
        if !inline.isEmpty { return [inline] }
        let items = lines[(index + 1)...].prefix { $0.trimmingCharacters(in: .whitespaces).hasPrefix("- ") }
        return items.map { plain($0.drop { $0 == " " }.dropFirst()) }.filter { !$0.isEmpty }
    }

    /// A scalar without its comment and quotes.
    private static func plain(_ text: Substring) -> String {
        let words = text.range(of: " #").map { text[..<$0.lowerBound] } ?? text
        return words.trimmingCharacters(in: .whitespaces).trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
    }
}
