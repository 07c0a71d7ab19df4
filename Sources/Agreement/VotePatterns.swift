/// The distinct ways in which cases were voted upon, and how many cases each has.
///
/// A few readers who say present, absent or unsure leave few patterns however many cases there are, and what depends on votes alone need be computed
/// once a pattern.
struct VotePatterns: Sendable {
  /// The pattern of each case; nil of a case without a vote that counts.
  let patternOfCase: [Int?]
  /// Cases by pattern.
  let weights: [Double]
  /// What is known of the truth, by pattern.
  let known: [Bool?]
  /// Where each pattern's ballots begin in `ballots`, and the end of the last.
  let starts: [Int]
  /// A ballot each: reader times ``categories`` plus the category.
  let ballots: [Int]
  /// Number of verdicts that count.
  let categories: Int
  /// Number of readers.
  let readerCount: Int

  /// The patterns of votes: present is category 0, absent 1; unsure is 2, or a vote that was not given.
  init(_ votes: StatementVotes, known truth: [Bool?], unsureCounts: Bool) {
    let categories = unsureCounts ? 3 : 2
    // A trie: from a node by a ballot to the next. Each case walks from the root of what is known of it.
    var steps: [Step: Int] = [:]
    var nodes: [Node] = [Node(parent: -1, ballot: -1, known: nil), Node(parent: -1, ballot: -1, known: true)]
    nodes.append(Node(parent: -1, ballot: -1, known: false))
    var casesOfNode = [Double](repeating: 0, count: 3)
    var nodeOfCase = [Int?](repeating: nil, count: votes.caseCount)
    for number in 0..<votes.caseCount {
      let known = number < truth.count ? truth[number] : nil
      let root = known.map { $0 ? 1 : 2 } ?? 0
      var node = root
      for ballot in votes[number] {
        let category = ballot.verdict.category
        guard category < categories else { continue }
        let step = Step(node: Int32(node), ballot: ballot.reader * Int32(categories) + Int32(category))
        if let next = steps[step] {
          node = next
        } else {
          nodes.append(Node(parent: node, ballot: Int(step.ballot), known: known))
          casesOfNode.append(0)
          steps[step] = nodes.count - 1
          node = nodes.count - 1
        }
      }
      guard node != root || known != nil else { continue }
      casesOfNode[node] += 1
      nodeOfCase[number] = node
    }
    self.init(nodes: nodes, casesOfNode: casesOfNode, nodeOfCase: nodeOfCase, categories: categories, readerCount: votes.readers.count)
  }

  private struct Step: Hashable {
    let node: Int32
    let ballot: Int32
  }

  private struct Node {
    let parent: Int
    let ballot: Int
    let known: Bool?
  }

  private init(nodes: [Node], casesOfNode: [Double], nodeOfCase: [Int?], categories: Int, readerCount: Int) {
    var patternOfNode = [Int?](repeating: nil, count: nodes.count)
    var weights: [Double] = []
    var known: [Bool?] = []
    var starts = [0]
    var ballots: [Int] = []
    for node in nodes.indices where casesOfNode[node] > 0 {
      patternOfNode[node] = weights.count
      weights.append(casesOfNode[node])
      known.append(nodes[node].known)
      var step = nodes[node]
      while step.parent >= 0 {
        ballots.append(step.ballot)
        step = nodes[step.parent]
      }
      starts.append(ballots.count)
    }
    self.weights = weights
    self.known = known
    self.starts = starts
    self.ballots = ballots
    self.categories = categories
    self.readerCount = readerCount
    patternOfCase = nodeOfCase.map { $0.flatMap { patternOfNode[$0] } }
  }

  /// A pattern's ballots.
  func ballots(of pattern: Int) -> ArraySlice<Int> { ballots[starts[pattern]..<starts[pattern + 1]] }

  /// Calls a body with all ballots and where each pattern's begin, for loops over many of them; neither must outlive the call.
  func withBallots(_ body: (UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int>) -> Void) {
    ballots.withUnsafeBufferPointer { ballots in starts.withUnsafeBufferPointer { body(ballots, $0) } }
  }
}
