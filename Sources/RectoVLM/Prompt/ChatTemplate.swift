import Foundation

/// The chat templates that Recto knows by their text.
///
/// A template is a small program in Jinja. Recto runs none: it compares the program with those whose effect is known, and
/// refuses to guess what another one would write.
enum ChatTemplate: Sendable, Hashable {
    /// `User: …<end_of_utterance>\nAssistant:`, as Idefics2 writes it; Idefics3 and SmolVLM write the token that begins a
    /// text before it.
    case utterances(opening: String)
    /// The same without tokens that end utterances, as the first Idefics writes it where its tokenizer has none.
    case turns
    /// `<|start_of_role|>user<|end_of_role|>…<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>`, as
    /// granite-docling writes it.
    case roles
    /// `<|im_start|>user\n…<|im_end|>\n<|im_start|>assistant\n`, with a system message before it where there is one.
    case chatML(system: String?)
    /// `USER: <image>\n… ASSISTANT:`, images before texts, as LLaVA-1.5 writes it.
    case vicuna
    /// `<|start_header_id|>user<|end_header_id|>\n\n…<|eot_id|>` and an open header of the assistant, behind a system message,
    /// as Mantis' own code writes it.
    case headers(system: String)
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
                self = try Self.text(in: node).map { Self(recognizing: $0) } ?? .unknown
                return
            }
        }
        self = .absent
    }

    /// The template that transformers takes where nothing is said of tools: the only one, or of several the one named `default`.
    private static func text(in node: CheckpointNode) throws(ModelInputError) -> String? {
        switch node.value {
        case .string: return try node.string()
        case .array:
            for entry in try node.elements() where try entry.required("name").string() == "default" {
                return try entry.required("template").string()
            }
            return nil
        case .object: return try node["default"]?.string()
        default: return nil
        }
    }

    /// Recognizes a template by its text.
    ///
    /// - Parameter text: The template in Jinja.
    init(recognizing text: String) {
        let template = CanonicalTemplate(text).text
        if let opening = Self.opening(ofUtterances: template) {
            self = .utterances(opening: opening)
        } else if template == CanonicalTemplate(Self.rolesText).text {
            self = .roles
        } else if template == CanonicalTemplate(Self.chatMLText).text {
            self = .chatML(system: nil)
        } else if template == CanonicalTemplate(Self.vicunaText).text {
            self = .vicuna
        } else if let system = Self.system(in: template) {
            self = .chatML(system: system)
        } else {
            self = .unknown
        }
    }

    /// Writes one user message and what begins the answer.
    ///
    /// - Parameters:
    /// - Parameter items: What the message holds.
    /// - Returns: The text; nil where the template is not known.
    func message(_ items: [MessageItem]) -> String? {
        let content = items.map(\.text).joined()
        switch self {
        case .utterances(let opening):
            return opening + Self.userOpening(items) + content + "<end_of_utterance>\nAssistant:"
        case .turns: return Self.userOpening(items) + content + "\nAssistant:"
        case .roles:
            return "<|start_of_role|>user<|end_of_role|>" + content + "<|end_of_text|>\n"
                + "<|start_of_role|>assistant<|end_of_role|>"
        case .chatML(let system):
            return (system.map { "<|im_start|>system\n\($0)<|im_end|>\n" } ?? "")
                + "<|im_start|>user\n" + content + "<|im_end|>\n<|im_start|>assistant\n"
        case .vicuna:
            let images = items.filter(\.isImage).map { $0.text + "\n" }.joined()
            let texts = items.filter { !$0.isImage }.map { $0.text + " " }.joined()
            return "USER: " + images + texts + "ASSISTANT:"
        case .headers(let system):
            return [("system", system), ("user", content)].map { role, text in
                "<|start_header_id|>\(role)<|end_header_id|>\n\n\(text)<|eot_id|>"
            }.joined() + "<|start_header_id|>assistant<|end_header_id|>\n\n"
        case .unknown, .absent: return nil
        }
    }

    private static func userOpening(_ items: [MessageItem]) -> String {
        items.first?.isImage == true ? "User:" : "User: "
    }

    private static func utterancesText(_ otherItems: String) -> String {
        "{% for message in messages %}{{message['role'].capitalize()}}"
            + "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
            + "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
            + "{% elif line['type'] == 'image' %}{{ '<image>' }}" + otherItems
            + "{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
            + "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
    }

    /// What a template of utterances writes before the first; nil for another template.
    private static func opening(ofUtterances template: String) -> String? {
        // SmolVLM2 knows videos, too, which no request holds.
        for otherItems in ["", "{% elif line['type'] == 'video' %}{{ '<video>' }}"] {
            let tail = CanonicalTemplate(utterancesText(otherItems)).text
            guard template.hasSuffix(tail) else { continue }
            let opening = String(template.dropLast(tail.count))
            return isPlain(opening) ? opening : nil
        }
        return nil
    }

    /// Whether a piece of a template stands for itself.
    private static func isPlain(_ text: String) -> Bool { !text.contains { "'{}\\\n".contains($0) } }

    private static let rolesText =
        "{%- for message in messages -%}{{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' -}}"
        + "{%- if message['content'] is string -%}{{- message['content'] -}}{%- else -%}"
        + "{%- for part in message['content'] -%}{%- if part['type'] == 'text' -%}{{- part['text'] -}}"
        + "{%- elif part['type'] == 'image' -%}{{- '<image>' -}}{%- endif -%}{%- endfor -%}{%- endif -%}"
        + "{{- '<|end_of_text|>\n' -}}{%- endfor -%}"
        + "{%- if add_generation_prompt -%}{{- '<|start_of_role|>assistant' -}}"
        + "{%- if controls -%}{{- ' ' + controls | tojson() -}}{%- endif -%}{{- '<|end_of_role|>' -}}{%- endif -%}"

    private static let vicunaText =
        "{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': '}}{% endif %}"
        + "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\n' }}{% endfor %}"
        + "{% if message['role'] != 'assistant' %}"
        + "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}"
        + "{% endfor %}{% else %}"
        + "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' '}}"
        + "{% endfor %}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"

    private static let chatMLMessage =
        "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"

    private static let chatMLText = "{% for message in messages %}" + chatMLMessage

    /// The system message that a ChatML template puts before a conversation that has none.
    private static func system(in template: String) -> String? {
        let head = CanonicalTemplate(
            "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
                + "{{ '<|im_start|>system\n"
        ).text
        let tail = CanonicalTemplate("<|im_end|>\n' }}{% endif %}" + chatMLMessage).text
        guard template.hasPrefix(head), template.hasSuffix(tail), template.count >= head.count + tail.count else {
            return nil
        }
        let system = String(template.dropFirst(head.count).dropLast(tail.count))
        return system.contains("'") || system.contains("{") || system.contains("\\") ? nil : system
    }
}

/// One item of a message: a text, or what stands for an image.
struct MessageItem {
    let text: String
    let isImage: Bool
}
