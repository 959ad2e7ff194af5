import ArgumentParser

/// The root command.
struct Recto: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recto",
        abstract: "Reads documents: a PDF goes in, a JSON record comes out, nothing leaves the machine.",
        discussion: """
            Example:
              recto run invoice.pdf --pipeline invoice > invoice.json

            Exit status: 0 all complete; 1 some document partial or failed; 2 usage or configuration;
            3 the engine or a model cannot run; 4 interrupted. Results go to stdout, everything else to stderr.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Reading",
                subcommands: [RunCommand.self, AskCommand.self, ServeCommand.self, JobsCommand.self]
            ),
            CommandGroup(
                name: "Looking into",
                subcommands: [
                    PipelinesCommand.self, ModelsCommand.self, SchemaCommand.self, EvalCommand.self, BenchCommand.self,
                    DoctorCommand.self,
                ]
            ),
            CommandGroup(
                name: "Comparing with other implementations",
                subcommands: [TokenizeCommand.self, TraceCommand.self, GenerateCommand.self]
            ),
        ]
    )
}
