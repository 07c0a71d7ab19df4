import Dispatch
import ECG
import ECGFiles
import Foundation
import LabelReview

/// Strokes of annotation on their way to the store, and the file that is written from it.
extension VerdictWriter {
  /// Makes a stroke durable and reports it.
  func save(_ order: StrokeOrder, recording: Recording, digest: RecordingDigest?) {
    queue.async {
      do {
        let draft = StrokeDraft(
          study: self.context.study, caseID: order.studyCase.id, reviewer: self.context.reviewer, stroke: order.stroke, after: order.after,
          visible: order.visible, recordingDigest: digest ?? recording.digest())
        let event = try self.store.record(draft)
        self.mailbox.post(.strokeSaved(caseIndex: order.caseIndex, count: order.after + 1, at: event.time))
      } catch {
        self.mailbox.post(.strokeFailed(caseIndex: order.caseIndex, "\(error)"))
      }
    }
  }

  /// Reads what the reader did to the annotations of a case.
  func loadStrokes(of studyCase: StudyCase, caseIndex: Int, ticket: Int) {
    queue.async {
      do {
        let (store, study, reader) = (self.store, self.context.study, self.context.reviewer)
        let isSettling = self.context.isAdjudicating && study.annotating != nil
        let done =
          study.annotating == nil
          ? nil : try store.strokesWhenDone(isSettling ? .adjudication : .verdict, of: study, caseID: studyCase.id, by: reader)
        if isSettling {
          let readers = try store.finishedAnnotations(.verdict, of: study, on: studyCase.id)
          self.mailbox.post(
            .readerMarks(ticket: ticket, readers.map { ReaderMarks(reader: $0.reader, annotations: $0.annotations) }))
        }
        let strokes = try store.strokes(of: study, caseID: studyCase.id, by: reader)
        self.mailbox.post(.strokes(ticket: ticket, StoredStrokes(strokes, done: done)))
      } catch {
        self.mailbox.post(.strokeFailed(caseIndex: caseIndex, "\(error)"))
      }
    }
  }

  /// Writes the reader's annotations of a case, as the store has them, into a file beside the record.
  ///
  /// A file of that name which the reader's strokes did not make is kept as `RECORD.NAME~`.
  func writeAnnotations(of studyCase: StudyCase, beside reference: RecordReference) {
    queue.async {
      do {
        let strokes = try self.store.strokes(of: self.context.study, caseID: studyCase.id, by: self.context.reviewer)
        self.mailbox.post(.annotationsWritten(try Self.write(strokes, of: self.context.reviewer, beside: reference)))
      } catch {
        self.mailbox.post(.annotationsNotWritten("\(error)"))
      }
    }
  }

  /// So many of the latest states are looked through to find whether a file is the reader's own.
  private static let mostStates = 1000

  /// Writes the file; returns what happened in words.
  static func write(_ strokes: [AnnotationStroke], of reader: String, beside reference: RecordReference) throws -> String {
    let name = reader.annotatorName
    let fileName = "\(reference.name).\(name)"
    let file = AnnotationFile(try AnnotationHistory(strokes).annotations)
    let bytes = try file.bytes(file: fileName)
    var isOwn = false
    if let present = try AnnotationFile.storedBytes(reference, annotator: name) {
      if present == bytes { return "\(fileName) is as your annotations are" }
      isOwn = Self.isState(of: strokes, present, fileName: fileName)
    }
    let kept = try file.write(reference, annotator: name, replacing: true, keepsOriginal: !isOwn)
    return "\(fileName) is written"
      + (kept.map { "; the file that was there is kept as \(URL(fileURLWithPath: $0).lastPathComponent)" } ?? "")
  }

  /// Whether bytes are what the reader's annotations were after some of the strokes.
  private static func isState(of strokes: [AnnotationStroke], _ bytes: [UInt8], fileName: String) -> Bool {
    var history = AnnotationHistory()
    for (index, stroke) in strokes.enumerated() {
      guard (try? history.take(stroke)) != nil else { return false }
      guard strokes.count - index <= mostStates else { continue }
      if (try? AnnotationFile(history.annotations).bytes(file: fileName)) == bytes { return true }
    }
    return false
  }
}
