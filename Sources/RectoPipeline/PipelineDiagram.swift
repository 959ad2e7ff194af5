/// A pipeline drawn as a graph of stages with what flows between them.
public struct PipelineDiagram: Sendable {
    /// The languages that a diagram can be written in.
    public enum Format: String, Sendable, CaseIterable {
        /// Graphviz.
        case dot
        /// Mermaid, as Markdown renderers know it.
        case mermaid
        /// A picture.
        case svg
    }

    private struct Edge {
        let from: String
        let to: String
        let kind: PortKind
    }

    private let graph: PipelineGraph
    private let edges: [Edge]

    /// Creates a diagram.
    ///
    /// - Parameter graph: The pipeline.
    public init(graph: PipelineGraph) {
        self.graph = graph
        edges = graph.stages.flatMap { stage in
            stage.inputs.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, source in
                switch source {
                case .document: Edge(from: "document", to: stage.name, kind: kind)
                case .stage(let name): Edge(from: name, to: stage.name, kind: kind)
                }
            }
        }
    }

    /// Writes the diagram.
    ///
    /// - Parameter format: The language.
    /// - Returns: The text of the diagram.
    public func text(_ format: Format) -> String {
        switch format {
        case .dot: dot
        case .mermaid: mermaid
        case .svg: svg
        }
    }

    private var nodes: [(name: String, label: String)] {
        [("document", "")] + graph.stages.map { ($0.name, $0.type.name) }
    }

    private var dot: String {
        let names = nodes.map { "  \"\($0.name)\" [label=\"\($0.name)\\n\($0.label)\"];" }
        let arrows = edges.map { "  \"\($0.from)\" -> \"\($0.to)\" [label=\"\($0.kind.rawValue)\"];" }
        let head = ["digraph \"\(graph.name)\" {", "  rankdir=LR; node [shape=box];"]
        let tail = ["  \"\(graph.deliver)\" -> \"record\" [style=bold];", "}"]
        return (head + names + arrows + tail).joined(separator: "\n")
    }

    private var mermaid: String {
        let ids = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.name, "n\($0)") })
        let names = nodes.map { "  \(ids[$0.name] ?? "")[\"\($0.name)\($0.label.isEmpty ? "" : "<br/>\($0.label)")\"]" }
        let arrows = edges.map { "  \(ids[$0.from] ?? "") -- \($0.kind.rawValue) --> \(ids[$0.to] ?? "")" }
        return (["flowchart LR"] + names + arrows + ["  \(ids[graph.deliver] ?? "") ==> record([record])"])
            .joined(separator: "\n")
    }

    // MARK: - Picture

    /// How many arrows lead to a stage at most: its column.
    private var columns: [String: Int] {
        var columns = ["document": 0]
        for stage in graph.stages {
            columns[stage.name] = edges.filter { $0.to == stage.name }.map { (columns[$0.from] ?? 0) + 1 }.max() ?? 1
        }
        return columns
    }

    private var svg: String {
        let (width, height, gapX, gapY) = (130, 44, 80, 28)
        let columns = columns
        var rows: [Int: Int] = [:]
        var places: [String: (x: Int, y: Int)] = [:]
        for node in nodes {
            let column = columns[node.name] ?? 0
            places[node.name] = (20 + column * (width + gapX), 20 + rows[column, default: 0] * (height + gapY))
            rows[column, default: 0] += 1
        }
        let totalWidth = 20 + ((columns.values.max() ?? 0) + 1) * (width + gapX)
        let totalHeight = 20 + (rows.values.max() ?? 1) * (height + gapY)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(totalWidth)\" height=\"\(totalHeight)\" "
                + "font-family=\"sans-serif\" font-size=\"12\">",
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
                + "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
        ]
        for edge in edges {
            guard let from = places[edge.from], let to = places[edge.to] else { continue }
            let (x1, y1, x2, y2) = (from.x + width, from.y + height / 2, to.x, to.y + height / 2)
            lines.append(
                "<path d=\"M\(x1) \(y1)C\(x1 + gapX / 2) \(y1) \(x2 - gapX / 2) \(y2) \(x2) \(y2)\" fill=\"none\" "
                    + "stroke=\"black\" marker-end=\"url(#arrow)\"/>"
            )
            let kind = edge.kind.rawValue
            lines.append("<text x=\"\(x2 - 8)\" y=\"\(y2 - 5)\" text-anchor=\"end\" fill=\"#555\">\(kind)</text>")
        }
        for node in nodes {
            guard let place = places[node.name] else { continue }
            let stroke = node.name == graph.deliver ? 2 : 1
            lines.append(
                "<rect x=\"\(place.x)\" y=\"\(place.y)\" width=\"\(width)\" height=\"\(height)\" rx=\"6\" "
                    + "fill=\"#eef3fb\" stroke=\"black\" stroke-width=\"\(stroke)\"/>"
            )
            let middle = place.x + width / 2
            let name = Self.escaped(node.name)
            lines.append("<text x=\"\(middle)\" y=\"\(place.y + 19)\" text-anchor=\"middle\">\(name)</text>")
            lines.append(
                "<text x=\"\(middle)\" y=\"\(place.y + 35)\" text-anchor=\"middle\" fill=\"#555\">\(node.label)</text>"
            )
        }
        return (lines + ["</svg>"]).joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
