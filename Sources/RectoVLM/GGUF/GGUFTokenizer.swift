/// A GGUF file's tokenizer, written as the `tokenizer.json` that it was made from would be.
struct GGUFTokenizer {
    private let file: GGUFFile
    private let tokens: [[UInt8]]
    private let kinds: [TokenKind]

    /// How llama.cpp marks tokens.
    private enum TokenKind: Int {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    /// How a byte-level vocabulary cuts text into words.
    private enum WordRule {
        /// GPT-2's regex.
        case gpt2
        /// Each digit alone, then GPT-2's regex.
        case digitsThenGPT2
        /// The regex that Llama 3 and Qwen 2 share but for how many digits make a word.
        case modern(digits: String)
    }

    /// Reads a file's vocabulary.
    ///
    /// - Parameter file: The file.
    /// - Throws: `VLMError` when it holds none, or one that does not fit together.
    init(_ file: GGUFFile) throws(VLMError) {
        self.file = file
        guard let tokens = try file.strings("tokenizer.ggml.tokens") else {
            throw file.malformed("it lacks tokenizer.ggml.tokens")
        }
        self.tokens = tokens
        let numbers = try file.integers("tokenizer.ggml.token_type") ?? Array(repeating: 1, count: tokens.count)
        guard numbers.count == tokens.count else {
            throw file.malformed("it has \(tokens.count) tokens and \(numbers.count) token types")
        }
        var kinds: [TokenKind] = []
        kinds.reserveCapacity(numbers.count)
        for number in numbers {
            // 0 is what old files say of tokens that are nothing in particular.
            guard let kind = TokenKind(rawValue: number == 0 ? 1 : number) else {
                throw file.malformed("it has a token of the type \(number), which the format does not know")
            }
            kinds.append(kind)
        }
        self.kinds = kinds
    }

    /// What `tokenizer.json` would say.
    ///
    /// - Returns: The file's root.
    /// - Throws: `VLMError` when the vocabulary is of a kind that Recto does not know.
    func json() throws(VLMError) -> CheckpointNode {
        let kind = try file.string("tokenizer.ggml.model")
        let members: [(key: [UInt8], value: ExactJSON)]
        switch kind {
        case "gpt2": members = try byteLevel()
        case "llama": members = try sentencePiece()
        case nil: throw file.malformed("it lacks tokenizer.ggml.model")
        case let kind?: throw file.unsupported("the tokenizer kind \(kind) (tokenizer.ggml.model)")
        }
        let added: (key: [UInt8], value: ExactJSON) = (Array("added_tokens".utf8), .array(addedTokens))
        return CheckpointNode(value: .object(members + [added]), file: file.path)
    }

    // MARK: Byte-level

    private func byteLevel() throws(VLMError) -> [(key: [UInt8], value: ExactJSON)] {
        guard let name = try file.string("tokenizer.ggml.pre") else {
            throw file.unsupported("a byte-level tokenizer that names no word rule (tokenizer.ggml.pre)")
        }
        guard let rule = Self.rules[name] else { throw file.unsupported("the word rule \(name) (tokenizer.ggml.pre)") }
        guard let merges = try file.strings("tokenizer.ggml.merges") else {
            throw file.malformed("it lacks tokenizer.ggml.merges")
        }
        return try Self.object([
            "model": .object(
                Self.object([
                    "type": "BPE", "vocab": .object(vocabulary), "merges": .array(merges.map { .string($0) }),
                    "ignore_merges": .bool(Self.wholeWordRules.contains(name)),
                ])
            ),
            "pre_tokenizer": Self.preTokenizer(rule),
            "decoder": ["type": "ByteLevel"],
            "post_processor": surroundings(addsStart: Self.startRules.contains(name)),
        ])
    }

    private static func preTokenizer(_ rule: WordRule) -> ExactJSON {
        func byteLevel(usesRegex: Bool) -> ExactJSON {
            ["type": "ByteLevel", "add_prefix_space": false, "use_regex": .bool(usesRegex)]
        }
        let steps: [ExactJSON]
        switch rule {
        case .gpt2: steps = [byteLevel(usesRegex: true)]
        case .digitsThenGPT2:
            steps = [["type": "Digits", "individual_digits": true], byteLevel(usesRegex: true)]
        case .modern(let digits):
            let regex =
                #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
            let split: ExactJSON = [
                "type": "Split", "behavior": "Isolated", "pattern": ["Regex": .string(Array(regex.utf8))],
            ]
            steps = [split, byteLevel(usesRegex: false)]
        }
        return ["type": "Sequence", "pretokenizers": .array(steps)]
    }

    /// Word rules by the names that llama.cpp gives them (`llama-vocab.cpp`).
    private static let rules: [String: WordRule] = {
        var rules: [String: WordRule] = [:]
        for name in ["gpt-2", "gpt2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4"] {
            rules[name] = .gpt2
        }
        for name in ["smollm", "starcoder", "refact", "command-r", "codeshell", "minerva-7b"] {
            rules[name] = .digitsThenGPT2
        }
        for name in ["llama3", "llama-v3", "llama-bpe", "dbrx", "smaug-bpe"] {
            rules[name] = .modern(digits: #"\p{N}{1,3}"#)
        }
        for name in ["qwen2", "stablelm2", "deepseek-r1-qwen"] { rules[name] = .modern(digits: #"\p{N}"#) }
        return rules
    }()

    /// Rules under which a word of the vocabulary is taken whole, without merging.
    private static let wholeWordRules: Set = ["llama3", "llama-v3", "llama-bpe"]
    /// Rules under which text begins with a token of its own unless the file says otherwise.
    private static let startRules: Set = ["llama3", "llama-v3", "llama-bpe"]

    // MARK: SentencePiece

    private func sentencePiece() throws(VLMError) -> [(key: [UInt8], value: ExactJSON)] {
        let space = Array("▁".utf8)
        let prefixes = try file.bool("tokenizer.ggml.add_space_prefix") ?? true
        let replace: ExactJSON = ["type": "Replace", "pattern": ["String": " "], "content": .string(space)]
        let prepend: ExactJSON = ["type": "Prepend", "prepend": .string(space)]
        let restore: ExactJSON = ["type": "Replace", "pattern": ["String": .string(space)], "content": " "]
        let strip: ExactJSON = ["type": "Strip", "content": " ", "start": 1, "stop": 0]
        var model: [(String, ExactJSON)] = [
            ("type", "BPE"), ("vocab", .object(vocabulary)), ("merges", .array(try scoredMerges())),
            ("fuse_unk", true), ("byte_fallback", true),
        ]
        if let unknown = kinds.firstIndex(of: .unknown) { model.append(("unk_token", .string(tokens[unknown]))) }
        return try Self.object([
            "model": .object(model.map { (Array($0.0.utf8), $0.1) }),
            "normalizer": ["type": "Sequence", "normalizers": .array((prefixes ? [prepend] : []) + [replace])],
            "decoder": [
                "type": "Sequence",
                "decoders": .array(
                    [restore, ["type": "ByteFallback"], ["type": "Fuse"]] + (prefixes ? [strip] : [])
                ),
            ],
            "post_processor": surroundings(addsStart: true),
        ])
    }

    /// The pairs that make each token, those of the highest score first, as transformers derives them from SentencePiece.
    private func scoredMerges() throws(VLMError) -> [ExactJSON] {
        guard let scores = try file.numbers("tokenizer.ggml.scores"), scores.count == tokens.count else {
            throw file.malformed("its tokenizer.ggml.scores are not one for each token")
        }
        struct Text: Hashable {
            let bytes: ArraySlice<UInt8>
        }
        let learned = tokens.indices.filter { kinds[$0] == .normal || kinds[$0] == .userDefined }
        let known = Set(learned.map { Text(bytes: tokens[$0][...]) })
        var merges: [(score: Double, left: ArraySlice<UInt8>, right: ArraySlice<UInt8>)] = []
        for id in learned {
            let token = tokens[id]
            // Only between characters: what continues one has the bits 10 at its top.
            for place in token.indices.dropFirst() where token[place] & 0xC0 != 0x80 {
                let (left, right) = (token[..<place], token[place...])
                guard known.contains(Text(bytes: left)), known.contains(Text(bytes: right)) else { continue }
                merges.append((scores[id], left, right))
            }
        }
        merges.sort {
            ($0.score, $0.left.count, $0.right.count) > ($1.score, $1.left.count, $1.right.count)
        }
        return merges.map { .array([.string(Array($0.left)), .string(Array($0.right))]) }
    }

    // MARK: Both

    private var vocabulary: [(key: [UInt8], value: ExactJSON)] {
        tokens.enumerated().map { ($0.element, .number(Double($0.offset))) }
    }

    private var addedTokens: [ExactJSON] {
        tokens.indices.compactMap { id in
            let kind = kinds[id]
            guard kind == .control || kind == .unknown || kind == .userDefined else { return nil }
            return [
                "id": .number(Double(id)), "content": .string(tokens[id]), "special": .bool(kind != .userDefined),
                "normalized": false,
            ]
        }
    }

    /// The tokens that stand before and after a text.
    private func surroundings(addsStart: Bool) throws(VLMError) -> ExactJSON {
        var pieces: [ExactJSON] = [["Sequence": ["id": "A"]]]
        var special: [(key: [UInt8], value: ExactJSON)] = []
        for (name, isAdded) in [("bos", addsStart), ("eos", false)] {
            guard try file.bool("tokenizer.ggml.add_\(name)_token") ?? isAdded,
                let id = try file.integer("tokenizer.ggml.\(name)_token_id")
            else { continue }
            guard tokens.indices.contains(id) else {
                throw file.malformed("its tokenizer.ggml.\(name)_token_id \(id) is no token")
            }
            pieces.insert(["SpecialToken": ["id": .string(Array(name.utf8))]], at: name == "bos" ? 0 : pieces.count)
            special.append((Array(name.utf8), ["ids": [.number(Double(id))]]))
        }
        return ["type": "TemplateProcessing", "single": .array(pieces), "special_tokens": .object(special)]
    }

    private static func object(_ members: KeyValuePairs<String, ExactJSON>) -> [(key: [UInt8], value: ExactJSON)] {
        members.map { (Array($0.key.utf8), $0.value) }
    }
}

extension ExactJSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(Array(value.utf8)) }

    init(booleanLiteral value: Bool) { self = .bool(value) }

    init(integerLiteral value: Int) { self = .number(Double(value)) }

    init(arrayLiteral elements: ExactJSON...) { self = .array(elements) }

    init(dictionaryLiteral elements: (String, ExactJSON)...) {
        self = .object(elements.map { (Array($0.0.utf8), $0.1) })
    }
}
