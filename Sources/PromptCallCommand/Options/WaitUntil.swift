import ArgumentParser
import PromptCallAPI

/// Up to which stage a call is waited for.
enum WaitUntil: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// The right PIN was entered, or the call ended without it.
    case verified
    case ended

    var stage: Promptcall_V1_Stage {
        switch self {
        case .verified: .verified
        case .ended: .ended
        }
    }
}
