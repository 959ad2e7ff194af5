/// Everything that `recto.yaml` can say.
public struct DaemonConfiguration: Sendable {
}
