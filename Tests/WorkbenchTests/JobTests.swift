import Synchronization
import Testing
import Workbench

@Suite struct JobTests {
  @Test(arguments: ["1/1", "2/5", "1000000/1000000"]) func aShardIsReadAsItIsWritten(text: String) throws {
    let shard = try #require(Shard(text))
    #expect("\(shard.index)/\(shard.count)" == text)
  }

  @Test(arguments: ["", "0/2", "3/2", "1/0", "1", "1/2/3", "-1/2", "1/1000001", "a/b"]) func otherWordsAreNoShard(text: String) {
    #expect(Shard(text) == nil)
  }

  @Test(arguments: [0, 1, 7, 100]) func shardsTogetherAreTheWhole(total: Int) throws {
    let all = Array(0..<total)
    for count in [1, 2, 3, 8, 101] {
      let parts = try (1...count).map { Array(try #require(Shard("\($0)/\(count)")).part(of: all)) }
      #expect(parts.flatMap { $0 } == all)
      #expect((parts.map(\.count).max() ?? 0) - (parts.map(\.count).min() ?? 0) <= 1)
    }
  }

  @Test func threadsAreSharedOutAndNoJobGoesWithout() {
    #expect(BatchPredictor.threads(8, sharedBy: 3) == [3, 3, 2])
    #expect(BatchPredictor.threads(2, sharedBy: 4) == [1, 1, 1, 1])
    #expect(BatchPredictor.threads(4, sharedBy: 1) == [4])
  }
}
