import ArgumentParser

@main
struct Einthoven: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "einthoven", abstract: "A terminal workstation for 12-lead ECGs.")
}
