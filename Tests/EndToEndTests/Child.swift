import Foundation

/// A process that a test starts and waits for.
///
/// Not Foundation's `Process`: that one takes a child for running as long as anybody holds a descriptor that it hands down, as tmux's server does,
/// keeps descriptors open after the child's end, and goes through the list of open ones for each start, reading beyond its end when they are many.
struct Child {
  /// Why there is no child, or no end of it.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// How a child ended.
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  let processIdentifier: pid_t
  /// Shown in messages.
  private let name: String

  /// Starts a command with nothing to read, in a folder, its output going to files that exist.
  ///
  /// - Parameter command: The path of the executable, and its arguments.
  init(_ command: [String], environment: [String: String], folder: String? = nil, outputPath: String, errorPath: String) throws {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, 1, outputPath, O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&files, 2, errorPath, O_WRONLY, 0)
    for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&files, descriptor) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Tests run on threads that block signals; a child would inherit that, and so would the program under test.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    // Swift does not see glibc's own way of starting a child in another folder.
    let command = (folder.map { ["/usr/bin/env", "-C", $0] } ?? []) + command
    let words = command.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var child: pid_t = 0
    name = command.map { ($0 as NSString).lastPathComponent }.joined(separator: " ")
    let code = posix_spawn(&child, command[0], &files, &attributes, words, variables)
    guard code == 0 else { throw Failure(description: "\(command[0]) cannot be run: \(String(cString: strerror(code)))") }
    processIdentifier = child
  }

  /// Sends it a signal.
  func send(_ signal: Int32) { kill(processIdentifier, signal) }

  /// Whether it has not ended yet; its end is still to be waited for.
  var isRunning: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(processIdentifier), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == 0
  }

  /// Waits for its end, and ends it where that takes longer than `patience` seconds.
  func wait(patience: TimeInterval) throws -> End {
    let deadline = Date(timeIntervalSinceNow: patience)
    while isRunning {
      guard Date() < deadline else {
        send(SIGKILL)
        _ = try? wait(patience: .infinity)
        throw Failure(description: "\(name): still running after \(Int(patience)) s")
      }
      usleep(500)
    }
    var status: Int32 = 0
    while waitpid(processIdentifier, &status, 0) < 0 {
      guard errno == EINTR else { throw Failure(description: "\(name): \(String(cString: strerror(errno)))") }
    }
    return status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }
}
