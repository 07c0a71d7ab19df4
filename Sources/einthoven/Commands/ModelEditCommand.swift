import ArgumentParser
import ECG
import ECGFiles
import Foundation
import SEResNet

extension ModelCommand {
  /// Changes what a model file says about itself; its weights stay as they are, bit for bit.
  struct Edit: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "edit",
      abstract: "Give a model file other thresholds or words; its weights stay as they are.",
      discussion: """
        Thresholds that the file of --thresholds does not name stay as they are.
        --saw adds recordings to those that the network is known to have learnt from, which `audit` refuses to audit with it: for models of other programs, \
        and of versions that did not write it down.
        Examples:
          einthoven model edit model.safetensors --thresholds thresholds.json
          einthoven model edit model.safetensors --saw training-records.txt
          einthoven model edit model.safetensors --calibration calibration.json
        """
    )

    @Argument(help: "The model file.") var file: String
    @Option(help: "A JSON object of decision thresholds by SNOMED CT code or abbreviation, as tune writes it.") var thresholds: String?
    @Option(
      help: "A calibration of the outputs, as tune --calibrate writes it, or none; thresholds go along, so that they decide as before.")
    var calibration: String?
    @Option(help: "On what the model was trained.") var trainedOn: String?
    @Option(help: "Where the weights come from.") var provenance: String?
    @Option(help: "The licence of the weights.") var licence: String?
    @Option(
      parsing: .singleValue,
      help: ArgumentHelp("Records that the network learnt from: a record, a folder, or a file that lists some.", valueName: "path"))
    var saw: [String] = []
    @OptionGroup var links: LinkOptions
    @Option(help: "The file to write. Default: the model file itself.") var output: String?

    mutating func validate() throws {
      if [thresholds, calibration, trainedOn, provenance, licence].allSatisfy({ $0 == nil }), saw.isEmpty {
        throw ValidationError("nothing to change: give --thresholds, --calibration, --trained-on, --provenance, --licence or --saw")
      }
    }

    func run() throws {
      let target = output ?? file
      try FileOutput.requireReplaceable(target)
      let model = try Model(contentsOf: URL(fileURLWithPath: file))
      var metadata = model.metadata
      if let calibration {
        metadata = metadata.calibrated(
          by: calibration == "none" ? nil : try OutputCalibration(contentsOf: URL(fileURLWithPath: calibration)))
      }
      if let thresholds {
        for (code, value) in try CheckpointImporter.thresholds(contentsOf: URL(fileURLWithPath: thresholds)) {
          if let diagnosis = Diagnosis.with(code: code) { metadata.thresholds[diagnosis.index] = value }
        }
      }
      metadata.trainedOn = trainedOn ?? metadata.trainedOn
      metadata.provenance = provenance ?? metadata.provenance
      metadata.licence = licence ?? metadata.licence
      if !saw.isEmpty {
        let digests = try saw.flatMap { try RecordLocator.references(at: $0, followingLinks: links.followLinks) }
          .map { try Recording(RecordFile.read($0)).digest() }
        metadata.seen = SeenRecordings(digests).union(metadata.seen ?? SeenRecordings([RecordingDigest]()))
      }
      try model.write(to: URL(fileURLWithPath: target), metadata)
    }
  }
}
