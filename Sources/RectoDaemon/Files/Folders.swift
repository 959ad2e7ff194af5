/// The folders of design §3.2, without a slash at the end.
public struct Folders: Sendable, Hashable {
    /// Where documents are dropped.
    public var inbox: String
    /// Where records appear.
    public var outbox: String
    /// Where records appear of which a pipeline is not sure enough (`review-below`).
    public var review: String
    /// Where sources of read documents are kept.
    public var archive: String
    /// Where sources that could not be read lie beside their error.
    public var failed: String
    /// The journal, the spool and the lock; nobody but Recto touches it.
    public var state: String

    /// Creates the folders below one.
    ///
    /// - Parameter base: The folder that holds all, for example `/var/lib/recto`.
    public init(below base: String) {
        inbox = base.appendingComponent("inbox")
        outbox = base.appendingComponent("outbox")
        review = base.appendingComponent("review")
        archive = base.appendingComponent("archive")
        failed = base.appendingComponent("failed")
        state = base.appendingComponent("state")
    }

    /// The journal's file.
    public var journal: String { state.appendingComponent("journal.sqlite") }
    /// The lock that only one daemon can hold.
    public var lock: String { state.appendingComponent("lock") }
    /// One folder for each claimed document.
    public var spool: String { state.appendingComponent("spool") }

    /// The spool folder of a job.
    package func spool(of jobID: String) -> String { spool.appendingComponent(jobID) }

    /// The document of a job in the spool; it keeps the name under which it was dropped.
    package func document(of jobID: String, path: String) -> String {
        spool(of: jobID).appendingComponent(path.lastComponent)
    }

    /// The note that says where a spool folder's document comes from.
    package func claimNote(of jobID: String) -> String { spool(of: jobID).appendingComponent(".claim.json") }
}
