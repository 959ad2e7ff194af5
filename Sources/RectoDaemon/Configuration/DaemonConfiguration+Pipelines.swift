extension DaemonConfiguration {
    /// Checks that the default pipeline is one that there is, so that a slip shows at start and not with every document.
    ///
    /// - Parameter known: The names of the pipelines that were found.
    /// - Throws: `DaemonError.configuration` that names the setting's place, what is known and what was likely meant.
    public func checkPipelines(known: Set<String>) throws {
        if let folder = pipelinesFolder {
            switch try PosixFiles().status(of: folder + "/.")?.kind {
            case .folder?: break
            case nil where try PosixFiles().status(of: folder) == nil:
                throw places.mistake("pipelines", "`pipelines` names \(folder), which does not exist")
            default: throw places.mistake("pipelines", "`pipelines` names \(folder), which is not a folder")
            }
            if known.isEmpty {
                throw places.mistake("pipelines", "the folder \(folder) holds no pipeline (a file NAME.yaml)")
            }
        }
        guard !known.contains(pipeline) else { return }
        let names = known.sorted()
        let hint = SettingsReader.nearest(pipeline, names).map { "; did you mean `\($0)`?" } ?? ""
        let list =
            names.isEmpty
            ? "none was found; name their folder as `pipelines`" : "known are " + names.joined(separator: ", ")
        throw places.mistake("pipeline", "there is no pipeline `\(pipeline)`\(hint); \(list)")
    }
}
