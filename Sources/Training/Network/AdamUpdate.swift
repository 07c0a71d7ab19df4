import CKernels
import Foundation
import SEResNet

/// One step of Adam (Kingma and Ba 2015), as torch.optim.Adam does it, with AdamW's decay, and of the moving average.
struct AdamUpdate {
  private var arguments = einthoven_adam_step()
  private let shrinkage: Float
  private let averageDecay: Float?

  /// The update of a step, of which the first is 1.
  init(_ options: TrainingOptions, step: Int, learningRate: Double) {
    arguments.first_decay = Float(options.firstMomentDecay)
    arguments.second_decay = Float(options.secondMomentDecay)
    arguments.step_size = Float(learningRate / (1 - pow(options.firstMomentDecay, Double(step))))
    arguments.root_scale = Float(1 / (1 - pow(options.secondMomentDecay, Double(step))).squareRoot())
    arguments.epsilon = Float(options.epsilon)
    shrinkage = Float(1 - learningRate * options.weightDecay)
    averageDecay = options.averageDecay.map { Float(min($0, Double(1 + step) / Double(10 + step))) }
  }

  /// Updates this worker's share of the trained parameters.
  func apply(to parameters: ParameterStore, kernels: TrainingKernels, share: WorkShare) {
    apply(to: parameters, 0..<parameters.decayingCount, shrinkage: shrinkage, kernels: kernels, share: share)
    apply(to: parameters, parameters.decayingCount..<parameters.trainableCount, shrinkage: 1, kernels: kernels, share: share)
  }

  private func apply(to parameters: ParameterStore, _ range: Range<Int>, shrinkage: Float, kernels: TrainingKernels, share: WorkShare) {
    let own = share.range(of: range.count, unit: ParameterStore.unit)
    let first = range.lowerBound + own.lowerBound
    var arguments = arguments
    arguments.parameters = parameters.values.pointer + first
    arguments.gradients = UnsafePointer(parameters.gradients.pointer + first)
    arguments.first_moments = parameters.firstMoments.pointer + first
    arguments.second_moments = parameters.secondMoments.pointer + first
    arguments.count = own.count
    arguments.shrinkage = shrinkage
    kernels.training.pointee.adam(&arguments)
  }

  /// Moves this worker's share of the averages, where there are any, towards the updated tensors.
  func average(_ parameters: ParameterStore, kernels: TrainingKernels, share: WorkShare) {
    guard let averageDecay, let averages = parameters.averages else { return }
    let own = share.range(of: parameters.totalCount, unit: ParameterStore.unit)
    kernels.training.pointee.average(
      parameters.values.pointer + own.lowerBound, averages.pointer + own.lowerBound, own.count, averageDecay)
  }
}
