import ArgumentParser
import Foundation

/// The program's name, version, and list of commands.
struct Einthoven: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "einthoven",
    abstract:
      "A terminal workstation for 12-lead ECGs: traces, SE-ResNet predictions, label review. Research software, not a medical device.",
    discussion: """
      Examples:
        einthoven review SampleData                 judge every record: LAD, no LAD or unsure
        einthoven view record.hea                   look at one recording
        einthoven predict SampleData --format csv   predict 24 diagnoses
        einthoven agreement --verdicts verdicts.csv Cohen's kappa of every pair of raters
      """,
    version: "einthoven \(version)",
    subcommands: [
      ReviewCommand.self, ViewCommand.self, RenderCommand.self, PrintCommand.self, PredictCommand.self, ExplainCommand.self,
      InfoCommand.self, MeasureCommand.self, AuditCommand.self, AnnotationsCommand.self,
      KeysCommand.self, CalibrateCommand.self,
      ConvertCommand.self, StudyCommand.self, AgreementCommand.self, PlanCommand.self, ModelCommand.self, SynthesizeCommand.self,
      EvaluateCommand.self, TuneCommand.self, TrainCommand.self, ManualCommand.self,
    ]
  )
}

@main
enum Main {
  /// Runs the command that the arguments name, and ends with an exit code of sysexits(3).
  static func main() {
    do {
      var command = try Einthoven.parseAsRoot()
      try command.run()
    } catch {
      guard let status = ExitStatus(error) else { exit(parserError: error) }
      if let message = status.message { Console.complain(message) }
      Foundation.exit(status.code)
    }
  }

  /// Ends as the argument parser would, but for control characters: its messages quote arguments, which may be names of files.
  private static func exit(parserError error: any Error) -> Never {
    let code = Einthoven.exitCode(for: error)
    guard code != .success else { Einthoven.exit(withError: error) }
    for line in Einthoven.fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false) { Console.note(line) }
    Foundation.exit(code.rawValue)
  }
}
