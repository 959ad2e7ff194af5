import Foundation

/// The chat templates that Recto knows by their text.
///
/// A template is a small program in Jinja. Recto runs none: it compares the program with those whose effect is known, and
/// refuses to guess what another one would write.
enum ChatTemplate: Sendable, Hashable {
    /// `User: …<end_of_utterance>\nAssistant:`, as Idefics2 writes it.
    case idefics2
    /// `<|im_start|>user\n…<|im_end|>\n<|im_start|>assistant\n`, with a system message before it where there is one.
    case chatML(system: String?)
    /// A template that is none of these.
    case unknown
    /// The folder holds no template.
    case absent

    /// Reads the template of a checkpoint folder from the file that transformers would take it from.
    ///
    /// - Parameter folder: The checkpoint folder.
    /// - Throws: `ModelInputError` when a file is damaged.
    init(folder: URL) throws(ModelInputError) {
        if let text = try? String(contentsOf: folder.appending(path: "chat_template.jinja"), encoding: .utf8) {
            self.init(recognizing: text)
            return
        }
        for name in ["chat_template.json", "processor_config.json", "tokenizer_config.json"] {
            let url = folder.appending(path: name)
            guard FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) else { continue }
            if let node = try CheckpointNode(reading: name, in: folder)["chat_template"] {
                guard case .string = node.value else {
                    self = .unknown  // several templates by name
                    return
                }
                self.init(recognizing: try node.string())
                return
            }
        }
        self = .absent
    }

    /// Recognizes a template by its text.
    ///
    /// - Parameter text: The template in Jinja.
    init(recognizing text: String) {
        let template = Self.canonical(text)
        if template == Self.canonical(Self.idefics2Text) {
            self = .idefics2
        } else if template == Self.canonical(Self.chatMLText) {
            self = .chatML(system: nil)
        } else if let system = Self.system(in: template) {
            self = .chatML(system: system)
        } else {
            self = .unknown
        }
    }

    private static let idefics2Text =
        "{% for message in messages %}{{message['role'].capitalize()}}"
        + "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
        + "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
        + "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
        + "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"

    private static let chatMLMessage =
        "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

    private static let chatMLText = "{% for message in messages %}" + chatMLMessage

    /// The system message that a ChatML template puts before a conversation that has none.
    private static func system(in template: String) -> String? {
        let head = canonical(
            "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
                + "{{ '<|im_start|>system\n"
        )
        let tail = canonical("<|im_end|>\n' }}{% endif %}" + chatMLMessage)
        guard template.hasPrefix(head), template.hasSuffix(tail), template.count >= head.count + tail.count else {
            return nil
        }
        let system = String(template.dropFirst(head.count).dropLast(tail.count))
        return system.contains("'") || system.contains("{") || system.contains("\\") ? nil : system
    }

    /// Takes out differences that mean nothing: quotes, escaped line ends, space inside the delimiters, a last line end.
    private static func canonical(_ template: String) -> String {
        var text = template.replacing("\\n", with: "\n").replacing("\"", with: "'")
        text = text.replacing("|capitalize", with: ".capitalize()").replacing(" | capitalize", with: ".capitalize()")
        for delimiter in ["{{", "}}", "{%", "%}"] {
            let parts = text.split(separator: delimiter, omittingEmptySubsequences: false)
            let opens = delimiter.hasPrefix("{")
            text = parts.enumerated().map { index, part in
                if opens, index > 0 { return String(part.drop { $0 == " " }) }
                if !opens, index + 1 < parts.count {
                    return String(part.reversed().drop { $0 == " " }.reversed())
                }
                return String(part)
            }.joined(separator: delimiter)
        }
        if text.hasSuffix("%}\n") { text.removeLast() }
        return text
    }
}
