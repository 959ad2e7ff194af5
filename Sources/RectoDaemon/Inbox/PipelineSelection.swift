/// Which pipeline reads a document: a first-level folder of the inbox that is named after a pipeline selects it.
package struct PipelineSelection: Sendable, Hashable {
    /// Names of the pipelines that there are.
    package var names: Set<String>
    /// The pipeline of everything else.
    package var fallback: String

    package init(names: Set<String>, fallback: String) {
        self.names = names
        self.fallback = fallback
    }

    /// The pipeline for a path relative to the inbox.
    package func pipeline(for path: String) -> String {
        let parts = path.split(separator: "/")
        guard parts.count > 1, let first = parts.first.map(String.init), names.contains(first) else { return fallback }
        return first
    }
}
